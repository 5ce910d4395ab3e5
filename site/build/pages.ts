/**
 * Where a source file appears on the site. Each page is the index of a directory of its own, so that plain addresses
 * (`/lessons/pid/`) work on every static server.
 *
 * @param file relative to the project's root: `lessons/01-pid/lesson.zh.md`, `site/guide/install.md`
 */
export function pageOf(file: string): string {
  const [, id, language] = /^lessons\/\d\d-([a-z][a-z0-9-]*)\/lesson(?:\.([a-z]+))?\.md$/.exec(file) ?? []
  if (id) return `${language ? `${language}/` : ''}lessons/${id}/index.md`
  return file.replace(/^site\//, '').replace(/(?<!(?:^|\/)index)\.md$/, '/index.md')
}

/** The address of a page, by its path on the site. */
export function linkOf(page: string): string {
  return `/${page.replace(/index\.md$/, '')}`
}

/** The address of a lesson's page; a language is there only when the page is. */
export function lessonLink(id: string, language: Language = 'en'): string {
  return `${language === 'en' ? '' : `/${language}`}/lessons/${id}/`
}

export type Language = 'en' | 'zh'

/** Of a page, by its path on the site. */
export function languageOf(relativePath: string): Language {
  return relativePath.startsWith('zh/') ? 'zh' : 'en'
}

import type { DefaultTheme, PageData, SiteConfig } from 'vitepress'
import { languageOf, linkOf } from './pages.ts'

/** What a page knows of itself in other languages: locale to address, where there is such a page. */
interface Translated extends PageData {
  translations?: Record<string, string>
}

/** Tells a page where its translations are. VitePress takes it that every page has one. */
export function translationsOf(
  { relativePath }: PageData,
  { rewrites, site }: SiteConfig,
): Pick<Translated, 'translations'> {
  const path = languageOf(relativePath) === 'en' ? relativePath : relativePath.replace(/^[^/]+\//, '')
  const found = Object.keys(site.locales).map((locale) => [
    locale,
    locale === 'root' ? path : `${locale}/${path}`,
  ])
  return {
    translations: Object.fromEntries(
      found.flatMap(([locale, page = '']) => (page in rewrites.inv ? [[locale, linkOf(page)]] : [])),
    ),
  }
}

/**
 * Where the language menu leads: to the same place on the same page, or to the other language's home. The browser gets
 * this function as text, so it uses nothing from outside.
 */
export const otherLanguage: Exclude<DefaultTheme.Config['i18nRouting'], boolean | undefined> = (
  _,
  route,
  locale,
) => {
  const page = (route.data as Translated).translations?.[locale]
  return page ? page + route.hash : locale === 'root' ? '/' : `/${locale}/`
}

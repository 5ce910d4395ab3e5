import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { staleRun } from '../build/anatomy.ts'
import { proveLinks } from '../build/dead-links.ts'
import { findPageProblems } from '../build/lesson-page.ts'
import { writeLlms } from '../build/llms.ts'
import { chinese, english } from '../build/locales.ts'
import { cooperageMarkdown } from '../build/markdown/index.ts'
import { pageOf } from '../build/pages.ts'
import { repository, root } from '../build/project.ts'
import { openReference } from '../build/reference/index.ts'
import { searchOptions } from '../build/search.ts'
import { otherLanguage, translationsOf } from '../build/translations.ts'

const generate = await openReference()
// Where the site will lie on its server: `/` or `/cooperage/`.
const base = process.env.SITE_BASE ?? '/'
const building = process.env.NODE_ENV === 'production'

export default defineConfig({
  title: 'Cooperage',
  srcDir: root,
  srcExclude: ['*.md', '{.ci,dist,native,node_modules,src,test}/**', 'site/README.md'],
  outDir: process.env.SITE_OUT ?? fileURLToPath(new URL('./dist', import.meta.url)),
  cacheDir: fileURLToPath(new URL('../../node_modules/.cache/vitepress', import.meta.url)),
  base,
  rewrites: pageOf,
  lastUpdated: false,
  // A reader loads the page that was asked for, and no other.
  router: { prefetchLinks: false },
  locales: { root: english(), zh: chinese() },
  head: [
    ['link', { rel: 'icon', href: `${base}logo.svg`, type: 'image/svg+xml' }],
    // Before anything is painted: which version of control groups the reader chose last time.
    ['script', {}, "document.documentElement.dataset.cgroup=localStorage.getItem('cooperage-cgroup')||'v2'"],
  ],
  markdown: {
    // A recording may change while its lesson does not.
    cache: building,
    config: (md) => cooperageMarkdown(md, generate),
  },
  transformPageData: (page, { siteConfig }) => translationsOf(page, siteConfig),
  themeConfig: {
    i18nRouting: otherLanguage,
    logo: '/logo.svg',
    search: { provider: 'local', options: searchOptions },
    ...(repository ? { editLink: { pattern: `${repository}/edit/main/:path` } } : {}),
  },
  buildEnd: (site) => {
    writeLlms(site, generate)
    proveLinks(site)
  },
  vite: {
    publicDir: fileURLToPath(new URL('../public', import.meta.url)),
    // What counts is what travels: a test weighs the first load of each lesson.
    build: { chunkSizeWarningLimit: 1000 },
    server: { watch: { ignored: ['**/.git/**', '**/native/**', '**/coverage/**'] } },
    plugins: [
      {
        name: 'cooperage:recordings',
        buildStart() {
          const problems = findPageProblems()
          if (problems.length) problems.push('Run: cooper check --all --record')
          problems.push(...staleRun())
          if (!problems.length) return
          const text = `the site would not show what ran:\n${problems.join('\n')}`
          if (building) throw new Error(text)
          this.warn(text)
        },
      },
    ],
  },
})

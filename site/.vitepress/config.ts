import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { findPageProblems } from '../build/lesson-page.ts'
import { en, zh } from '../build/locales.ts'
import { cooperageMarkdown } from '../build/markdown/index.ts'
import { pageOf } from '../build/pages.ts'
import { repository, root } from '../build/project.ts'

const building = process.env.NODE_ENV === 'production'

export default defineConfig({
  title: 'Cooperage',
  srcDir: root,
  srcExclude: ['*.md', '{.ci,dist,native,node_modules,src,test}/**', 'site/README.md'],
  outDir: process.env.SITE_OUT ?? fileURLToPath(new URL('./dist', import.meta.url)),
  base: process.env.SITE_BASE ?? '/',
  rewrites: pageOf,
  lastUpdated: false,
  locales: { root: en, zh },
  head: [
    // Before anything is painted: which version of control groups the reader chose last time.
    ['script', {}, "document.documentElement.dataset.cgroup=localStorage.getItem('cooperage-cgroup')||'v2'"],
  ],
  markdown: {
    // A recording may change while its lesson does not.
    cache: building,
    config: cooperageMarkdown,
  },
  themeConfig: {
    search: { provider: 'local' },
    ...(repository ? { editLink: { pattern: `${repository}/edit/main/:path` } } : {}),
  },
  vite: {
    publicDir: fileURLToPath(new URL('../public', import.meta.url)),
    server: { watch: { ignored: ['**/.git/**', '**/native/**', '**/coverage/**'] } },
    plugins: [
      {
        name: 'cooperage:recordings',
        buildStart() {
          const problems = findPageProblems()
          if (!problems.length) return
          const text = `the site would not show what ran:\n${problems.join('\n')}\nRun: cooper check --all --record`
          if (building) throw new Error(text)
          this.warn(text)
        },
      },
    ],
  },
})

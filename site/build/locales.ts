import type { DefaultTheme, LocaleSpecificConfig } from 'vitepress'
import { lessonItems } from './sidebar.ts'

type Locale = LocaleSpecificConfig<DefaultTheme.Config> & { label: string }

/** Pages by their names, in the order in which the sidebar has them. */
const guide = {
  install: 'Install',
  doctor: 'Doctor',
  'how-it-works': 'How it works',
  anatomy: 'Anatomy of a run',
  safety: 'Safety',
  'write-a-lesson': 'Write a lesson',
}

const reference = {
  commands: 'Commands',
  docker: 'Docker’s flags',
  pieces: 'Pieces and stages',
  calls: 'Calls and their errors',
  api: 'The container in TypeScript',
  glossary: 'Glossary',
}

const itemsOf = (folder: string, titles: Record<string, string>): DefaultTheme.SidebarItem[] =>
  Object.entries(titles).map(([page, text]) => ({ text, link: `/${folder}/${page}/` }))

/** The pages in English, and where they stand beside each other. */
export function english(): Locale {
  const lessons = lessonItems('en')
  return {
    label: 'English',
    lang: 'en',
    title: 'Cooperage',
    description: 'Build a working Linux container by hand, one kernel feature at a time, on your own kernel.',
    themeConfig: {
      nav: [
        { text: 'Lessons', link: lessons[0]?.link ?? '/', activeMatch: '^/lessons/' },
        { text: 'Guide', link: '/guide/install/', activeMatch: '^/guide/' },
        { text: 'Reference', link: '/reference/commands/', activeMatch: '^/reference/' },
      ],
      sidebar: {
        '/lessons/': [{ text: 'Lessons', items: lessons }],
        '/guide/': [{ text: 'Guide', items: itemsOf('guide', guide) }],
        '/reference/': [{ text: 'Reference', items: itemsOf('reference', reference) }],
      },
    },
  }
}

/** What there is in Chinese: lessons appear here one by one, when they are translated. */
export function chinese(): Locale {
  const lessons = lessonItems('zh')
  return {
    label: '简体中文',
    lang: 'zh-CN',
    title: 'Cooperage',
    description: '在你自己的内核上，一次一个内核特性，亲手造出一个能用的 Linux 容器。',
    themeConfig: {
      nav: [
        { text: '课程', link: lessons[0]?.link ?? '/zh/', activeMatch: '^/zh/lessons/' },
        { text: '指南（英文）', link: '/guide/install/' },
        { text: '参考（英文）', link: '/reference/commands/' },
      ],
      sidebar: { '/zh/lessons/': [{ text: '课程', items: lessons }] },
      outline: { label: '本页内容' },
      docFooter: { prev: '上一课', next: '下一课' },
      darkModeSwitchLabel: '外观',
      lightModeSwitchTitle: '切换到浅色',
      darkModeSwitchTitle: '切换到深色',
      sidebarMenuLabel: '菜单',
      returnToTopLabel: '回到顶部',
      langMenuLabel: '语言',
      skipToContentLabel: '跳到正文',
      notFound: { title: '没有这一页', quote: '它也许被卸载了。', linkText: '回到首页', linkLabel: '首页' },
    },
  }
}

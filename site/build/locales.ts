import type { DefaultTheme, LocaleSpecificConfig } from 'vitepress'
import { lessonItems } from './sidebar.ts'

type Locale = LocaleSpecificConfig<DefaultTheme.Config> & { label: string }

export const en: Locale = {
  label: 'English',
  lang: 'en',
  description: 'Build a working Linux container by hand, one kernel feature at a time, on your own kernel.',
  themeConfig: {
    nav: [
      { text: 'Lessons', link: '/lessons/process/', activeMatch: '^/lessons/' },
      { text: 'Guide', link: '/guide/install/', activeMatch: '^/guide/' },
    ],
    sidebar: {
      '/lessons/': [{ text: 'Lessons', items: lessonItems('en') }],
      '/guide/': [{ text: 'Guide', items: [{ text: 'Install', link: '/guide/install/' }] }],
    },
  },
}

export const zh: Locale = {
  label: '简体中文',
  lang: 'zh-CN',
  description: '在你自己的内核上，一次一个内核特性，亲手造出一个能用的 Linux 容器。',
  themeConfig: {
    sidebar: { '/zh/lessons/': [{ text: '课程', items: lessonItems('zh') }] },
  },
}

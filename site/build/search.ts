import type { DefaultTheme } from 'vitepress'

/**
 * Words as MiniSearch splits them, and Chinese characters one by one, because nothing stands between its words. The
 * browser gets this function as text, so it uses nothing from outside.
 */
function tokenize(text: string): string[] {
  return text
    .split(/[\n\r\p{Z}\p{P}]+/u)
    .flatMap(
      (word) =>
        (/\p{Script=Han}/u.test(word) ? word.match(/\p{Script=Han}|[^\p{Script=Han}]+/gu) : word) ?? [],
    )
}

const zh = {
  button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
  modal: {
    displayDetails: '显示详情',
    resetButtonTitle: '清除',
    backButtonTitle: '关闭',
    noResultsText: '没有找到',
    footer: { selectText: '选择', navigateText: '切换', closeText: '关闭' },
  },
}

export const searchOptions: DefaultTheme.LocalSearchOptions = {
  locales: { zh: { translations: zh } },
  miniSearch: {
    options: { tokenize },
    searchOptions: { fuzzy: 0.2, prefix: true, combineWith: 'AND', boost: { title: 4, text: 2, titles: 1 } },
  },
}

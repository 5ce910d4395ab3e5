import type Token from 'markdown-it/lib/token.mjs'

const MARK = /^hint:\s*/

/** Takes the list of hints out of a task's tokens; each hint is the tokens within its item. */
export function hintsOf(tokens: Token[]): { text: Token[]; hints: Token[][] } {
  const from = tokens.findIndex((token, index) => {
    return token.type === 'ordered_list_open' && MARK.test(tokens[index + 3]?.content ?? '')
  })
  if (from < 0) return { text: tokens, hints: [] }
  const { level } = tokens[from]!
  const to = tokens.findIndex((token, index) => {
    return index > from && token.type === 'ordered_list_close' && token.level === level
  })
  const hints: Token[][] = []
  for (const token of tokens.slice(from + 1, to)) {
    if (token.level === level + 1 && token.type === 'list_item_open') hints.push([])
    else if (token.level > level + 1) hints.at(-1)!.push(token)
  }
  for (const hint of hints) {
    // The paragraphs of a tight list are hidden; outside of the list they are paragraphs again.
    for (const token of hint) token.hidden = false
    const text = hint[1]?.children?.[0]
    if (text) text.content = text.content.replace(MARK, '')
  }
  return { text: [...tokens.slice(0, from), ...tokens.slice(to + 1)], hints }
}

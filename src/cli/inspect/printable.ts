/** Names come from processes and containers and may hold anything: a terminal must not act on them. */
export function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, '?')
}

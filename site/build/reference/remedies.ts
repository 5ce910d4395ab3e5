import { capital, cell, code } from './table.ts'

// What a remedy tells a shell begins with one of these. Around it may stand words: `CMD (until the next start)`,
// `or only for this Node: CMD`, `CMD, then restart`.
const typed = /^(?:(.*?): )?((?:sudo|docker|npm|export|echo|systemd-run|wsl) .*?|cooper)((?: \(|, |: ).*)?$/

/** One way to get what is missing, as an item of a Markdown list: what can be typed is code, what is said is not. */
export function remedyItem(way: string): string {
  const [line = '', ...more] = way.split('\n')
  const [, before, command, after = ''] = typed.exec(line) ?? []
  if (!command) return `- ${capital(cell(line))}`
  const lead = before ? `${capital(cell(before))}: ` : ''
  if (!more.length) return `- ${lead}${code(command)}${cell(after)}`
  // A file to write is several lines of one remedy.
  const lines = [line.slice(line.indexOf(command)), ...more].map((text) => `  ${text}`)
  return [`- ${lead.trim()}`, '', '  ```sh', ...lines, '  ```'].join('\n')
}

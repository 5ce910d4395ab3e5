/** A Markdown table. The cells are Markdown: {@link cell} makes one of plain text. */
export function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** Plain text in a cell: nothing in it is Markdown, HTML or the end of the cell. */
export function cell(text: string): string {
  return text.replace(/[\\`*[\]|<>]/g, '\\$&').replaceAll('\n', ' ')
}

/** A sentence that begins as sentences do; the name of a call stays as it is. */
export function capital(text: string): string {
  if (/^\w+\(\d\)/.test(text)) return text
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

/** Text as code; in a table its bars must be told from the table's. */
export function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`'
  return `${fence}${text}${fence}`
}

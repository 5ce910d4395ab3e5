import type Token from 'markdown-it/lib/token.mjs'
import { containers } from './container.ts'
import { highlight } from './highlight.ts'
import { inline } from './inline.ts'
import { type Marks, marks, spell } from './marks.ts'
import { type Paint, painter } from './paint.ts'
import { renderTable, type Table } from './table.ts'
import type { Screen } from './terminal.ts'
import { width as displayWidth, pad } from './width.ts'
import { paintLine, type Span, wrap } from './wrap.ts'

/** What the prose of a lesson has to know of the screen; a `Screen` is one. */
export type Page = Pick<Screen, 'width' | 'colour' | 'unicode'>

/**
 * Markdown for the terminal: no line is wider than `width` columns, but for a word that is longer than that and for
 * lines of code, which stay whole so that they can be read and copied as they are. No newline at the end.
 */
export async function renderMarkdown(markdown: string, page: Page): Promise<string> {
  const { default: MarkdownIt } = await import('markdown-it')
  // HTML is parsed so that comments and tags can be left out, as a browser would.
  const md = new MarkdownIt({ html: true, linkify: false }).use(containers)
  const context: Context = { page, paint: painter(page), signs: marks(page) }
  return (await blocks(tree(md.parse(markdown, {})), page.width, context)).join('\n')
}

/** A block of code as `renderMarkdown` shows it: indented by two, coloured, its lines whole. */
export async function renderCode(code: string, lang: string, page: Omit<Page, 'width'>): Promise<string> {
  return (await highlight(code, lang, page)).map((line) => (line ? `  ${line}` : '')).join('\n')
}

interface Context {
  page: Page
  paint: Paint
  signs: Marks
}

/** A block and what is in it: markdown-it's flat list of open and close, as the tree it stands for. */
interface Node {
  token: Token
  children: Node[]
}

function tree(tokens: Token[]): Node[] {
  const root: Node[] = []
  const open: Node[][] = [root]
  for (const token of tokens) {
    if (token.nesting === -1) {
      open.pop()
      continue
    }
    const node = { token, children: [] }
    open.at(-1)?.push(node)
    if (token.nesting === 1) open.push(node.children)
  }
  return root
}

/** Blocks one below the other, with an empty line between those that are not parts of a tight list. */
async function blocks(nodes: Node[], width: number, context: Context): Promise<string[]> {
  const lines: string[] = []
  let before: Node | undefined
  for (const node of nodes) {
    const block = await render(node, width, context)
    if (block.length === 0) continue
    if (before && !(before.token.hidden || node.token.hidden)) lines.push('')
    lines.push(...block)
    before = node
  }
  return lines
}

async function render({ token, children }: Node, width: number, context: Context): Promise<string[]> {
  const { page, paint, signs } = context
  switch (token.type) {
    case 'paragraph_open':
      return text(spansOf(children, page), width, paint)
    case 'heading_open':
      return heading(Number(token.tag.slice(1)), spansOf(children, page), width, context)
    case 'bullet_list_open':
    case 'ordered_list_open':
      return list(token, children, width, context)
    case 'blockquote_open':
      return quoted(await blocks(children, inside(width, 2), context), context)
    case 'container_open':
      return quoted(
        [...title(token.info, width, context), ...(await blocks(children, inside(width, 2), context))],
        context,
      )
    case 'table_open':
      return renderTable(tableOf(children, page), width, page)
    case 'fence':
    case 'code_block':
      return fence(token, context)
    case 'hr':
      return [paint(signs.rule.repeat(Math.min(width, page.width)), 'quiet')]
    case 'html_block':
      return []
    default:
      return token.content ? text([{ text: spell(token.content, page), marks: [] }], width, paint) : []
  }
}

function text(spans: Span[], width: number, paint: Paint): string[] {
  return wrap(spans, width).map((line) => paintLine(line, paint))
}

/** A title says its rank without colour too: underlined twice, once, or by dots. */
function heading(rank: number, spans: Span[], width: number, { page, paint, signs }: Context): string[] {
  const lines = text(
    spans.map((span): Span => ({ ...span, marks: ['heading', ...span.marks] })),
    width,
    paint,
  )
  if (rank > 2 && page.colour) return lines
  const line = rank === 1 ? (page.unicode ? '═' : '=') : rank === 2 ? signs.rule : '.'
  return [...lines, paint(line.repeat(Math.max(...lines.map(displayWidth))), 'quiet')]
}

async function list(token: Token, items: Node[], width: number, context: Context): Promise<string[]> {
  const first = Number(token.attrGet('start') ?? 1)
  const ordered = token.type === 'ordered_list_open'
  const size = ordered ? `${first + items.length - 1}.`.length : 1
  const lines: string[] = []
  for (const [index, item] of items.entries()) {
    const sign = ordered ? pad(`${first + index}.`, size, 'right') : context.signs.bullet
    const body = await blocks(item.children, inside(width, size + 1), context)
    const loose = item.children.some((child) => child.token.type === 'paragraph_open' && !child.token.hidden)
    if (index > 0 && loose) lines.push('')
    lines.push(...hang(`${context.paint(sign, 'quiet')} `, ' '.repeat(size + 1), body))
  }
  return lines
}

function title(info: string, width: number, { page, paint }: Context): string[] {
  const [kind = '', ...words] = info.split(/\s+/)
  const said = words.join(' ') || kind.charAt(0).toUpperCase() + kind.slice(1)
  return text([{ text: spell(said, page), marks: ['strong'] }], inside(width, 2), paint)
}

function quoted(lines: string[], { paint, signs }: Context): string[] {
  const bar = paint(signs.bar, 'quiet')
  return lines.map((line) => (line ? `${bar} ${line}` : bar))
}

async function fence({ content, info }: Token, { page, paint }: Context): Promise<string[]> {
  // `ts{1,3} [pid.ts]`, `console step=leak`: VitePress puts line marks, a name and attributes behind the language.
  const lang = /^[\w+#-]*/.exec(info.trim())?.[0] ?? ''
  const name = /\[([^\]]+)\]/.exec(info)?.[1]
  const code = await renderCode(content, lang, page)
  return [...(name ? [paint(`  ${spell(name, page)}`, 'quiet')] : []), ...code.split('\n')]
}

function tableOf(sections: Node[], page: Page): Table {
  const [head, ...rows] = sections.flatMap((section) => section.children)
  const cells = (row: Node | undefined) => (row?.children ?? []).map((cell) => spansOf(cell.children, page))
  return {
    align: (head?.children ?? []).map(({ token }) => {
      const align = /text-align:(left|right|center)/.exec(String(token.attrGet('style') ?? ''))?.[1]
      return (align ?? 'left') as 'left' | 'right' | 'center'
    }),
    head: cells(head),
    rows: rows.map(cells),
  }
}

function spansOf(children: Node[], page: Page): Span[] {
  return children.flatMap(({ token }) => (token.children ? inline(token.children, page) : []))
}

function hang(first: string, rest: string, lines: string[]): string[] {
  if (lines.length === 0) return [first.trimEnd()]
  return lines.map((line, index) => (index === 0 ? first : line && rest) + line)
}

/** What is left inside of an indentation; never so little that every word stands alone. */
function inside(width: number, indent: number): number {
  return Math.max(width - indent, 12)
}

import { edge } from './frame.ts'
import { spell } from './marks.ts'
import type { DrawnLink, News, Space } from './network-model.ts'
import { type Edge, hubOf, type Line, type Part, place, type Row } from './network-place.ts'
import { type Mark, painter } from './paint.ts'
import type { Sheet } from './rows.ts'
import { pad, width } from './width.ts'
import { wrapText } from './wrap.ts'

/** Columns, the same from step to step as far as what is in them allows: so that two drawings can be compared. */
const usual = { left: 39, gap: 12, right: 29 }
/** Room for one word on a cable. */
const narrowestGap = 6

const signs: Record<News, string> = { new: '+', gone: '-', changed: '~' }
const paints: Record<News, Mark> = { new: 'good', gone: 'bad', changed: 'notice' }

/**
 * Network namespaces as frames with their links in them, and the cables between them. What is new, gone or changed has
 * a sign. Undefined where the window is too narrow for it.
 * ```
 * ┌ host ───────────────────────────────┐            ┌ box: bash (11) ───────────┐
 * │   bridge switch up   10.0.0.1/24    │            │   lo   down               │
 * │ + └ port1       up                  ├ no carrier ┤ + eth0 down               │
 * └───────────────────── net 4026531840 ┘            └─────────── net 4026532256 ┘
 * ```
 *
 * @param most lines it shall take: to come near that, what did not change is left out and only named
 */
export function drawNetwork(
  spaces: Space[],
  sheet: Sheet,
  most = Number.POSITIVE_INFINITY,
): string[] | undefined {
  const hub = hubOf(spaces)
  let drawn: string[] | undefined
  // Where nothing changed, it is all there is to show.
  for (const keeps of spaces.some(hasChanged) ? [everything, hasCable, hasChanged] : [everything]) {
    if (!hub || (drawn && drawn.length <= most)) break
    const kept = spaces.filter((one) => one === hub || keeps(one))
    const lines = drawLines(place(hub, kept), endNames(spaces), sheet)
    // What leads to something that is not drawn has to say so, and that takes room.
    if (lines) drawn = [...lines, ...asBefore(spaces, kept, sheet)]
    else break
  }
  return drawn
}

/** A line for what is not shown because it did not change. */
export function asBefore(spaces: Space[], shown: Space[], sheet: Sheet): string[] {
  const left = spaces.filter((one) => !shown.includes(one)).map(({ name }) => name)
  return left.length > 0 ? wrapText(spell(`As before: ${left.join(', ')}.`, sheet), sheet.width, true) : []
}

/** Whether the namespace, or something in it, is another. */
export function hasChanged({ news, links }: Space): boolean {
  return news !== undefined || links.some((link) => link.news)
}

/** `+ new  ~ changed  - gone`, of those that there are. */
export function legendOf(spaces: Space[], sheet: Sheet): string {
  const paint = painter(sheet)
  const there = new Set(spaces.flatMap(({ news, links }) => [news, ...links.map((link) => link.news)]))
  return (Object.keys(signs) as News[])
    .filter((news) => there.has(news))
    .map((news) => `${paint(signs[news], paints[news])} ${paint(news, 'quiet')}`)
    .join('  ')
}

// ---

const everything = () => true
const hasCable = (space: Space) => hasChanged(space) || space.links.some(({ cable }) => cable)

/** What to call the end of a cable that is drawn elsewhere, for who is in this namespace. */
function endNames(spaces: Space[]): Map<string, string> {
  return new Map(
    spaces.flatMap((space) =>
      space.links.flatMap(({ id, cable }) => {
        if (!cable) return []
        const where = spaces.find(({ links }) => links.some((link) => link.id === cable.end))
        const end = where?.links.find((link) => link.id === cable.end)
        if (!where || !end) return [[id, 'out of sight']]
        return [[id, where === space ? `to ${end.name}` : `to ${where.name}`]]
      }),
    ),
  )
}

function drawLines(lines: Line[], ends: Map<string, string>, sheet: Sheet): string[] | undefined {
  const joined = new Set(lines.flatMap(({ joined: link }) => (link ? [link.id, link.cable?.end] : [])))
  const tell = ({ id, news }: DrawnLink) => (joined.has(id) || news === 'gone' ? '' : (ends.get(id) ?? ''))
  const left = columnOf(
    lines.map((line) => line.left),
    tell,
    sheet,
  )
  const right = columnOf(
    lines.map((line) => line.right),
    tell,
    sheet,
  )
  const sizes = sizesFor(left.needs, right.needs, sheet.width)
  if (!sizes) return undefined
  return lines.map((line) => {
    const between = line.joined ? cableText(line.joined, sizes.gap, sheet) : ' '.repeat(sizes.gap)
    const first = line.left
      ? left.draw(line.left, sizes.left, line.joined && 'right')
      : ' '.repeat(sizes.left)
    const second = line.right ? right.draw(line.right, sizes.right, line.joined && 'left') : ''
    return `${first}${between}${second}`.trimEnd()
  })
}

/** Undefined where there is no room for both. */
function sizesFor(left: number, right: number, columns: number): typeof usual | undefined {
  if (right === 0)
    return left <= columns
      ? { left: Math.max(left, Math.min(usual.left, columns)), gap: 0, right }
      : undefined
  const gap = Math.min(usual.gap, columns - left - right)
  if (gap < narrowestGap) return undefined
  const wider = Math.max(left, Math.min(usual.left, columns - gap - right))
  return { left: wider, gap, right: Math.max(right, Math.min(usual.right, columns - gap - wider)) }
}

/** All frames of a column have their names, states and addresses below each other. */
function columnOf(parts: (Part | undefined)[], tell: (link: DrawnLink) => string, sheet: Sheet) {
  const paint = painter(sheet)
  const there = parts.filter((part) => part !== undefined)
  const rows = there.filter((part) => part.is === 'link')
  const nameSize = Math.max(0, ...rows.map((row) => width(nameText(row))))
  const rowText = (row: Row) => {
    const { link, address = link?.addresses[0] } = row
    const isFirst = row.address === undefined
    const sign = isFirst && link?.news ? signs[link.news] : ' '
    const end = isFirst && link ? tell(link) : ''
    const cells = [pad(nameText(row), nameSize), pad(stateText(row), 'down'.length), address, end]
    return spell(`${sign} ${cells.filter(Boolean).join(' ')}`.trimEnd(), sheet)
  }
  return {
    /** Columns of the widest line, frame and all. */
    needs: Math.max(
      0,
      ...there.map((part) => 4 + width(part.is === 'link' ? rowText(part) : edgeText(part, sheet))),
    ),
    draw(part: Part, columns: number, joined?: 'left' | 'right'): string {
      if (part.is !== 'link') return drawEdge(part, columns, sheet)
      const text = paint(pad(rowText(part), columns - 4), ...paintOf(part.link))
      const from = paint(spell(joined === 'left' ? '┤' : '│', sheet), 'quiet')
      const to = paint(spell(joined === 'right' ? '├' : '│', sheet), 'quiet')
      return `${from} ${text} ${to}`
    },
  }
}

function drawEdge(part: Edge, columns: number, sheet: Sheet): string {
  const paint = painter(sheet)
  const text = edgeText(part, sheet)
  if (part.is === 'bottom') return paint(edge(['└', '┘'], text, columns, sheet, 'right'), 'quiet')
  const line = edge(['┌', '┐'], text, columns, sheet)
  const title = paint(text, 'strong', ...paintOf(part.space))
  return `${paint(line.slice(0, 2), 'quiet')}${title}${paint(line.slice(2 + text.length), 'quiet')}`
}

function edgeText({ is, space: { name, founder, inode, news } }: Edge, sheet: Sheet): string {
  if (is === 'bottom') return `net ${inode}`
  return spell(`${news ? `${signs[news]} ` : ''}${name}${founder ? `: ${founder}` : ''}`, sheet)
}

function paintOf(thing: { news?: News } | undefined): Mark[] {
  return thing?.news ? [paints[thing.news]] : []
}

function nameText({ link, branch, address }: Row): string {
  if (!link || address !== undefined) return branch
  return `${branch}${link.bridge ? 'bridge ' : ''}${link.name}`
}

function stateText({ link, address }: Row): string {
  if (!link || address !== undefined) return ''
  return link.news === 'gone' ? 'gone' : link.up ? 'up' : 'down'
}

/** What goes in at one end comes out of the other, or not. */
function cableText({ cable, news }: DrawnLink, columns: number, sheet: Sheet): string {
  const paint = painter(sheet)
  if (news === 'gone') return paint(pad('gone', columns, 'center'), 'bad')
  if (cable?.carries) return paint(spell('─'.repeat(columns), sheet), 'good')
  return paint(pad(columns < usual.gap ? 'down' : 'no carrier', columns, 'center'), 'notice')
}

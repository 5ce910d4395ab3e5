import { namespaceTypes } from '../../facts/index.ts'
import { clip, edge } from '../look/frame.ts'
import { spell } from '../look/marks.ts'
import { painter } from '../look/paint.ts'
import type { Sheet } from '../look/rows.ts'
import { pad } from '../look/width.ts'
import { wrapText } from '../look/wrap.ts'
import { printable } from './printable.ts'
import type { IdLine, Reading } from './report.ts'

/** One line of the drawing: what stands in either box, and what joins them there. */
interface Row {
  left?: string
  right?: string
  joined?: 'cable' | 'shared'
}

const widest = 80
const narrowest = 56
const gap = 12

/**
 * The machine and the container side by side: what the same thing is called on either side, the cables between them,
 * and what they share. Empty for a process that has nothing of its own, and where the screen is too narrow.
 * ```
 * ┌ the machine ─────────┐            ┌ sleep ───────────────┐
 * │ process 15477        │            │ process 1            │
 * │ docker0              │            │                      │
 * │ └ veth8405b23        ├─── veth ───┤ eth0 172.17.0.2/16   │
 * │ user                 │== shared ==│ user                 │
 * └──────────────────────┘            └──────────────────────┘
 * ```
 */
export function draw(about: Reading, hostname: string, sheet: Sheet): string[] {
  const columns = Math.min(sheet.width, widest)
  if (!about.contained || columns < narrowest) return []
  const paint = painter(sheet)
  const inner = Math.floor((columns - gap) / 2) - 4
  const say = (text: string) => spell(printable(text), sheet)
  const space = ' '.repeat(gap)
  const top = (title: string) => edge(['┌', '┐'], say(title), inner + 4, sheet)
  const bottom = edge(['└', '┘'], '', inner + 4, sheet)
  const between: Record<NonNullable<Row['joined']>, [string, string, string]> = {
    cable: ['├', '─── veth ───', '┤'],
    shared: ['│', '== shared ==', '│'],
  }
  const side = (text = '') => pad(clip(say(text), inner, sheet), inner)

  return [
    `${top('the machine')}${space}${top(about.process.name)}`,
    ...rowsOf(about, hostname, inner).map(({ left, right, joined }) => {
      const [from, middle, to] = joined ? between[joined] : ['│', space, '│']
      const join = paint(
        say(from + middle + to),
        ...(joined === 'cable' ? (['good'] as const) : joined ? (['notice'] as const) : []),
      )
      return `${say('│')} ${side(left)} ${join} ${side(right)} ${say('│')}`
    }),
    `${bottom}${space}${bottom}`,
  ]
}

// ---

function rowsOf(about: Reading, hostname: string, inner: number): Row[] {
  const { process, user } = about
  const number = process.nspid.at(-1)
  const shared = namespaceTypes.filter((kind) => about.namespaces[kind]?.shared === true)
  return [
    ...(about.hostname === undefined ? [] : [{ left: `host ${hostname}`, right: `host ${about.hostname}` }]),
    { left: `process ${process.pid}`, right: `process ${number}` },
    { left: `user ${idText(user, 'outside')}`, right: `user ${idText(user, 'inside')}` },
    ...linkRows(about),
    ...wrapText(shared.join(' '), inner).flatMap((text): Row[] =>
      text === '' ? [] : [{ left: text, right: text, joined: 'shared' }],
    ),
  ]
}

/** Bridges with what is plugged into them, each of our ends beside its other one. */
function linkRows({ net }: Reading): Row[] {
  const links = net?.links ?? []
  const cables = links.flatMap(({ outside, ...near }) =>
    outside?.where === 'machine' ? [{ near, outside }] : [],
  )
  const bridges = [...new Set(cables.map(({ outside }) => outside.bridge?.name))]
  return [
    ...bridges.flatMap((bridge): Row[] => {
      const plugged = cables.filter(({ outside }) => outside.bridge?.name === bridge)
      const first = plugged[0]?.outside.bridge
      return [
        ...(first ? [{ left: linkText(first) }] : []),
        ...plugged.map(({ near, outside }): Row => {
          const left = `${first ? '└ ' : ''}${linkText(outside)}`
          return { left, right: linkText(near), joined: 'cable' }
        }),
      ]
    }),
    ...links.filter(({ outside }) => outside?.where !== 'machine').map((link) => ({ right: linkText(link) })),
  ]
}

function linkText({ name, addresses, up }: { name: string; addresses: string[]; up?: boolean }): string {
  // Every link has an address that only its neighbours know: there is no room for it.
  const address = addresses.find((one) => !one.startsWith('fe80:'))
  return [name, address, up === false && 'down'].filter(Boolean).join(' ')
}

/** `learner (1000)`, `1000`, or `nobody it knows`. */
export function idText(id: IdLine, side: 'inside' | 'outside'): string {
  const [number, name] = side === 'inside' ? [id.inside, id.insideName] : [id.outside, id.outsideName]
  if (number === undefined) return 'nobody it knows'
  return name === undefined ? `${number}` : `${name} (${number})`
}

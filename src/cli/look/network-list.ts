import { spell } from './marks.ts'
import { asBefore, hasChanged } from './network.ts'
import type { DrawnLink, Space } from './network-model.ts'
import { painter } from './paint.ts'
import type { Sheet } from './rows.ts'
import { wrapText } from './wrap.ts'

/**
 * The same as `drawNetwork` says, in words: for a window without room for a drawing, and for who hears it. Only where
 * something changed, if that is anywhere.
 * ```
 * host
 *   switch: a bridge, up, 10.0.0.1/24
 *   port1: new, up, plugged into switch; cable to eth0 in box, no carrier
 * ```
 */
export function listNetwork(spaces: Space[], sheet: Sheet): string[] {
  const paint = painter(sheet)
  const links = new Map(
    spaces.flatMap(({ name: where, links }) => links.map((link) => [link.id, { link, where }])),
  )
  const tell = ({ name, bridge, up, addresses, master, cable, news }: DrawnLink) => {
    const plug = links.get(master ?? '')?.link.name
    const words = [
      news,
      bridge && 'a bridge',
      news !== 'gone' && (up ? 'up' : 'down'),
      ...addresses,
      plug && `plugged into ${plug}`,
    ]
    const end = links.get(cable?.end ?? '')
    const where = end ? `to ${end.link.name} in ${end.where}` : 'that leads out of sight'
    const carries = cable?.carries || news === 'gone' ? '' : ', no carrier'
    return `${name}: ${words.filter(Boolean).join(', ')}${cable ? `; cable ${where}${carries}` : ''}`
  }
  const changed = spaces.filter(hasChanged)
  const shown = changed.length > 0 ? changed : spaces
  const lines = shown.flatMap(({ name, founder, news, links: all }) => {
    const title = `${name}${founder ? `, ${founder}` : ''}${news ? `: ${news}` : ''}`
    return [
      ...wrapText(spell(title, sheet), sheet.width, true).map((line) => paint(line, 'strong')),
      ...all.flatMap((link) =>
        wrapText(spell(tell(link), sheet), sheet.width - 4, true).map(
          (line, nth) => `${nth > 0 ? '    ' : '  '}${line}`,
        ),
      ),
    ]
  })
  return [...lines, ...asBefore(spaces, shown, sheet)]
}

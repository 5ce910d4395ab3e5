import type { DrawnLink, Space } from './network-model.ts'

/** An edge of a frame. */
export interface Edge {
  is: 'top' | 'bottom'
  space: Space
}

/** A link in a frame; without one, an empty line of it. */
export interface Row {
  is: 'link'
  link?: DrawnLink
  /** A further address of the link, which has a line of its own. */
  address?: string
  /** What ties it to its bridge: `├ `. */
  branch: string
  /** What stands in the line above, when there is room. */
  above: string
}

export type Part = Edge | Row

/** One line of the drawing; `joined` by a cable. */
export interface Line {
  left?: Part
  right?: Part
  joined?: DrawnLink
}

/** The namespace with the most cables to others; of equals the first. */
export function hubOf(spaces: Space[]): Space | undefined {
  const count = (space: Space) => neighbours(space, spaces).length
  return spaces.reduce<Space | undefined>(
    (best, one) => (best && count(best) >= count(one) ? best : one),
    undefined,
  )
}

/**
 * The hub on the left and all others on the right, each beside the cable that leads to it. A cable that would have to
 * cross another one is not joined.
 */
export function place(hub: Space, spaces: Space[]): Line[] {
  const near = neighbours(hub, spaces)
  const others = spaces.filter((one) => one !== hub && !near.includes(one))
  const left = partsOf(hub)
  const right = [...near, ...others].flatMap(partsOf)
  const goals = goalsOf(left, right)
  const lines: Line[] = []
  let next = 0
  for (const [nth, part] of left.entries()) {
    const goal = goals[nth]
    if (goal !== undefined) {
      while (next < goal) lines.push({ left: roomAbove(part), right: right[next++] })
      lines.push({ left: part, right: right[next++], joined: linkOf(part) })
      continue
    }
    const ahead = goals.findIndex((one, at) => at > nth && one !== undefined)
    // What comes next on the right waits for its cable, a frame before it is begun.
    const early = ahead >= 0 && goals[ahead]! - next < ahead - nth
    if (early && right[next]?.is === 'top') lines.push({ left: part })
    else if (early && next === goals[ahead]) lines.push({ left: part, right: room })
    else lines.push({ left: part, right: right[next++] })
  }
  return [...lines, ...right.slice(next).map((part) => ({ right: part }))]
}

// ---

const room: Row = { is: 'link', branch: '', above: '' }

function linkOf(part: Part): DrawnLink | undefined {
  return part.is === 'link' && part.address === undefined ? part.link : undefined
}

/** Each names the other: not so where an end was moved away. */
function isCable(one: DrawnLink, other: DrawnLink | undefined): boolean {
  return other !== undefined && one.cable?.end === other.id && other.cable?.end === one.id
}

function roomAbove(part: Part): Part {
  return { ...room, branch: part.is === 'link' ? part.above : '' }
}

/** Those that cables lead to, in the order of the links they come from. */
function neighbours(space: Space, spaces: Space[]): Space[] {
  const others = new Map(
    spaces.filter((one) => one !== space).flatMap((one) => one.links.map(({ id }) => [id, one])),
  )
  const found = linkParts(space).flatMap((part) => {
    const link = linkOf(part)
    const other = others.get(link?.cable?.end ?? '')
    return other?.links.some((one) => link && isCable(link, one)) ? [other] : []
  })
  return [...new Set(found)]
}

/** For each part on the left the one on the right that its cable leads to, downwards only. */
function goalsOf(left: Part[], right: Part[]): (number | undefined)[] {
  let last = -1
  return left.map((part) => {
    const link = linkOf(part)
    if (!link?.cable) return undefined
    const found = right.findIndex((one, at) => at > last && isCable(link, linkOf(one)))
    if (found < 0) return undefined
    last = found
    return found
  })
}

function partsOf(space: Space): Part[] {
  return [{ is: 'top', space }, ...linkParts(space), { is: 'bottom', space }]
}

/** Links, then bridges with what is plugged into them; each further address on a line of its own. */
function linkParts({ links }: Space): Part[] {
  const bridges = new Set(links.filter(({ bridge }) => bridge).map(({ id }) => id))
  const free = links.filter(({ id, master }) => !bridges.has(id) && !bridges.has(master ?? ''))
  const line = (link: DrawnLink, branch = '', below = '', above = ''): Part[] => [
    { is: 'link', link, branch, above },
    ...link.addresses
      .slice(1)
      .map((address): Part => ({ is: 'link', link, address, branch: below, above: below })),
  ]
  return [
    ...free.flatMap((link) => line(link)),
    ...links
      .filter(({ id }) => bridges.has(id))
      .flatMap((bridge) => {
        const ports = links.filter(({ master }) => master === bridge.id)
        const more = ports.length > 0 ? '│ ' : ''
        return [
          ...line(bridge, '', more),
          ...ports.flatMap((port, nth) =>
            nth < ports.length - 1 ? line(port, '├ ', '│ ', '│ ') : line(port, '└ ', '  ', '│ '),
          ),
        ]
      }),
  ]
}

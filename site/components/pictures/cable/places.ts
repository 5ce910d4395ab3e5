import type { Place } from './journeys.ts'

/** A point of the drawing: where the packet is, and where its header is shown (its middle). */
interface Spot {
  x: number
  y: number
  cardX: number
  cardY: number
}

/** A thing with a name and a second line, and how its text is set. */
export interface Thing {
  place: Place | 'bridge' | 'uplink'
  box?: [x: number, y: number, width: number, height: number]
  text: [x: number, y: number, anchor: 'start' | 'middle' | 'end']
}

export interface Layout {
  size: [width: number, height: number]
  machine: [x: number, y: number, width: number, height: number]
  spots: Record<Place, Spot>
  things: Thing[]
  /** From, to. */
  wires: [x1: number, y1: number, x2: number, y2: number][]
  labels: [text: string, x: number, y: number][]
  /** The two ends of each cable. */
  plugs: [x: number, y: number][]
  /** Where a packet changes from one line to the other within the bridge. */
  bridge: { above: [number, number]; below: [number, number] }
}

/** Those of the second line: the others are on the first. */
const below: Place[] = ['second', 'proxy', 'loopback']

/** The points a packet passes from one place to the next: between the lines it goes through the bridge. */
export function way({ spots, bridge }: Layout, from: Place, to: Place): [number, number][] {
  const start: [number, number] = [spots[from].x, spots[from].y]
  const end: [number, number] = [spots[to].x, spots[to].y]
  if (below.includes(from) === below.includes(to)) return [start, end]
  return below.includes(from)
    ? [start, bridge.below, bridge.above, end]
    : [start, bridge.above, bridge.below, end]
}

const lane = 156
const above = (x: number, cardX = x): Spot => ({ x, y: 104, cardX, cardY: lane })
const beneath = (x: number, cardX = x): Spot => ({ x, y: 208, cardX, cardY: lane })

/** Two lines from left to right; the header is shown between them. */
const wide: Layout = {
  size: [720, 290],
  machine: [1, 14, 575, 266],
  spots: {
    first: above(86, 100),
    cable: above(186),
    bridge: above(262),
    nat: above(380),
    outside: above(660, 632),
    second: beneath(86, 100),
    proxy: beneath(380),
    loopback: beneath(512, 500),
  },
  things: [
    { place: 'first', box: [20, 50, 132, 72], text: [86, 71, 'middle'] },
    { place: 'second', box: [20, 190, 132, 72], text: [86, 234, 'middle'] },
    { place: 'bridge', box: [220, 50, 84, 212], text: [262, 71, 'middle'] },
    { place: 'nat', box: [330, 50, 100, 72], text: [380, 71, 'middle'] },
    { place: 'proxy', box: [330, 190, 100, 72], text: [380, 234, 'middle'] },
    { place: 'loopback', box: [462, 190, 100, 72], text: [512, 234, 'middle'] },
    { place: 'uplink', text: [500, 71, 'middle'] },
    { place: 'outside', box: [606, 50, 108, 72], text: [660, 71, 'middle'] },
  ],
  wires: [
    [152, 104, 220, 104],
    [152, 208, 220, 208],
    [304, 104, 330, 104],
    [304, 208, 330, 208],
    [430, 104, 606, 104],
    [430, 208, 462, 208],
  ],
  labels: [
    ['eth0', 116, 108],
    ['eth0', 116, 212],
    ['veth', 174, 95],
    ['veth', 174, 227],
  ],
  plugs: [
    [152, 104],
    [220, 104],
    [152, 208],
    [220, 208],
    [576, 104],
  ],
  bridge: { above: [262, 104], below: [262, 208] },
}

const left = (y: number, cardY = y + 50): Spot => ({ x: 26, y, cardX: 95, cardY })
const right = (y: number, cardY = y + 50): Spot => ({ x: 294, y, cardX: 225, cardY })

/** The same from top to bottom, for a narrow screen; the header is shown below the place. */
const narrow: Layout = {
  size: [320, 472],
  machine: [1, 1, 318, 394],
  spots: {
    first: left(50),
    cable: left(98, 100),
    bridge: left(152),
    nat: left(252),
    outside: left(440, 352),
    second: right(50),
    proxy: right(252),
    loopback: right(358, 304),
  },
  things: [
    { place: 'first', box: [8, 28, 146, 46], text: [44, 47, 'start'] },
    { place: 'second', box: [166, 28, 146, 46], text: [276, 47, 'end'] },
    { place: 'bridge', box: [8, 130, 304, 46], text: [160, 149, 'middle'] },
    { place: 'nat', box: [8, 230, 146, 46], text: [44, 249, 'start'] },
    { place: 'proxy', box: [166, 230, 146, 46], text: [276, 249, 'end'] },
    { place: 'loopback', box: [166, 336, 146, 46], text: [276, 355, 'end'] },
    { place: 'uplink', text: [44, 366, 'start'] },
    { place: 'outside', box: [8, 418, 146, 46], text: [44, 437, 'start'] },
  ],
  wires: [
    [26, 74, 26, 130],
    [294, 74, 294, 130],
    [26, 176, 26, 230],
    [294, 176, 294, 230],
    [26, 276, 26, 418],
    [294, 276, 294, 336],
  ],
  labels: [
    ['eth0', 37, 88],
    ['eth0', 255, 88],
    ['veth', 37, 122],
    ['veth', 255, 122],
  ],
  plugs: [
    [26, 74],
    [26, 130],
    [294, 74],
    [294, 130],
    [26, 395],
  ],
  bridge: { above: [26, 152], below: [294, 152] },
}

export const layouts = { wide, narrow }

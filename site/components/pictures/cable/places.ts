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
  size: [680, 290],
  machine: [1, 14, 547, 266],
  spots: {
    first: above(54, 98),
    cable: above(162),
    bridge: above(238),
    nat: above(354),
    outside: above(624, 589),
    second: beneath(54, 98),
    proxy: beneath(354),
    loopback: beneath(480, 452),
  },
  things: [
    { place: 'first', box: [16, 50, 116, 72], text: [74, 71, 'middle'] },
    { place: 'second', box: [16, 190, 116, 72], text: [74, 234, 'middle'] },
    { place: 'bridge', box: [192, 50, 92, 212], text: [238, 71, 'middle'] },
    { place: 'nat', box: [308, 50, 92, 72], text: [354, 71, 'middle'] },
    { place: 'proxy', box: [308, 190, 92, 72], text: [354, 234, 'middle'] },
    { place: 'loopback', box: [426, 190, 108, 72], text: [480, 234, 'middle'] },
    { place: 'uplink', text: [474, 71, 'middle'] },
    { place: 'outside', box: [572, 50, 104, 72], text: [624, 71, 'middle'] },
  ],
  wires: [
    [132, 104, 192, 104],
    [132, 208, 192, 208],
    [284, 104, 308, 104],
    [284, 208, 308, 208],
    [400, 104, 572, 104],
    [400, 208, 426, 208],
  ],
  labels: [
    ['eth0', 94, 108],
    ['eth0', 94, 212],
    ['veth', 148, 95],
    ['veth', 148, 227],
  ],
  plugs: [
    [132, 104],
    [192, 104],
    [132, 208],
    [192, 208],
    [548, 104],
  ],
  bridge: { above: [238, 104], below: [238, 208] },
}

const left = (y: number, cardY = y + 50): Spot => ({ x: 26, y, cardX: 97, cardY })
const right = (y: number, cardY = y + 50): Spot => ({ x: 294, y, cardX: 223, cardY })

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

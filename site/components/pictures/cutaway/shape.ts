/** The measures of the drawing, in its own units; in the picture one unit is about one pixel. */
export interface Shape {
  width: number
  /** Of one storey. */
  row: number
  /** Above the storeys, and below them for the kernel. */
  head: number
  ground: number
  /** Left edge of the wall with the names, where it is narrowest, and its thickness. */
  wall: number
  thick: number
  /** The same for the wall on the right. */
  right: number
  thin: number
  /** How far the barrel is wider at its belly. */
  bulge: number
  /** Where names of the machine and of the container begin, and how much room there is for the machine's. */
  left: number
  room: number
  inside: number
  /** Length of an arrow on each side of the wall. */
  arrow: number
  /** Whether there is room for words beside the arrows. */
  words: boolean
}

export const wide: Shape = {
  width: 744,
  row: 54,
  head: 46,
  ground: 66,
  wall: 334,
  thick: 78,
  right: 690,
  thin: 18,
  bulge: 20,
  left: 16,
  room: 196,
  inside: 498,
  arrow: 26,
  words: true,
}

export const narrow: Shape = {
  width: 312,
  row: 52,
  head: 34,
  ground: 58,
  wall: 115,
  thick: 60,
  right: 295,
  thin: 7,
  bulge: 5,
  left: 5,
  room: 95,
  inside: 189,
  arrow: 8,
  words: false,
}

/** A storey between two heights; the first stands on the kernel. */
export function storey({ head, row }: Shape, index: number, count: number): [top: number, bottom: number] {
  const top = head + (count - 1 - index) * row
  return [top, top + row]
}

/** An upright line of the barrel, by where it would stand if it were straight; -1 bends to the left, 1 to the right. */
export type Edge = [x: number, bend: -1 | 1]

/** A piece of the barrel between two heights and two edges. */
export function piece(
  shape: Shape,
  count: number,
  [top, bottom]: [number, number],
  from: Edge,
  to: Edge,
): string {
  const middle = (top + bottom) / 2
  const at = ([x, bend]: Edge, y: number) => round(x + bend * belly(shape, count, y))
  // A parabola is a quadratic curve whose handle is where the tangents of its ends meet: here, at half its height.
  const handle = (edge: Edge) => round(2 * at(edge, middle) - (at(edge, top) + at(edge, bottom)) / 2)
  return [
    `M${at(from, top)} ${top}`,
    `Q${handle(from)} ${middle} ${at(from, bottom)} ${bottom}`,
    `H${at(to, bottom)}`,
    `Q${handle(to)} ${middle} ${at(to, top)} ${top}Z`,
  ].join('')
}

/** How much wider the barrel is at a height. */
export function belly({ head, row, bulge }: Shape, count: number, y: number): number {
  const t = ((y - head) / (row * count)) * 2 - 1
  return bulge * (1 - t * t)
}

export interface Chip {
  text: string
  own: boolean
  x: number
  y: number
  width: number
}

export const chipHeight = 20
const gap = 6

/** Lays names side by side, in two lines at most; where they do not fit, those in the middle are left out. */
export function layChips(names: string[], x: number, room: number, [top, bottom]: [number, number]): Chip[] {
  const lines: Chip[][] = [[]]
  let end = 0
  for (const name of names) {
    const text = name.replace('*', '')
    // The widest of the fonts takes 0.61 of its 12 pixels for a letter.
    const width = Math.ceil(text.length * 7.4) + 12
    if (end > 0 && end + width > room) {
      lines.push([])
      end = 0
    }
    lines.at(-1)!.push({ text, own: name.startsWith('*'), x: x + end, y: 0, width })
    end += width + gap
  }
  if (lines.length > 2) return layChips(names.toSpliced(1, 1), x, room, [top, bottom])
  const height = lines.length * (chipHeight + 4) - 4
  return lines.flatMap((line, index) =>
    line.map((chip) => ({ ...chip, y: (top + bottom - height) / 2 + index * (chipHeight + 4) })),
  )
}

const round = (value: number) => Math.round(value * 100) / 100

// Wide and Fullwidth in the Unicode Character Database's EastAsianWidth.txt, as far as a terminal shows them in two
// columns. Emoji are not listed: `\p{Emoji_Presentation}` knows them.
const wide: [from: number, to: number][] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
]

const ansi = /\x1b\[[0-9;:]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g
const invisible = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u

let segmenter: Intl.Segmenter | undefined

/** The characters of a text as a reader counts them: a letter with its accents is one, a flag is one. */
export function characters(text: string): string[] {
  if (/^[\x20-\x7e]*$/.test(text)) return [...text]
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** True for what takes two columns: CJK, Hangul, kana, emoji. */
export function isWide(character: string): boolean {
  const point = character.codePointAt(0) ?? 0
  if (point < 0x1100) return character.includes('\ufe0f')
  return (
    wide.some(([from, to]) => point >= from && point <= to) ||
    /^\p{Emoji_Presentation}/u.test(character) ||
    character.includes('\ufe0f')
  )
}

/** Columns one character takes: 0 for what only decorates its neighbour, 2 for wide ones, else 1. */
export function characterWidth(character: string): 0 | 1 | 2 {
  if (invisible.test(character)) return 0
  return isWide(character) ? 2 : 1
}

/** The same text without colours and other escape sequences. */
export function plain(text: string): string {
  return text.replace(ansi, '')
}

/** Columns a text takes on a terminal; escape sequences take none. */
export function width(text: string): number {
  return characters(plain(text)).reduce((sum, character) => sum + characterWidth(character), 0)
}

/** Fills a text with spaces up to so many columns; a longer one stays as it is. */
export function pad(text: string, columns: number, side: 'left' | 'right' | 'center' = 'left'): string {
  const room = Math.max(0, columns - width(text))
  const before = side === 'left' ? 0 : side === 'right' ? room : room >> 1
  return ' '.repeat(before) + text + ' '.repeat(room - before)
}

/** Cuts a text every so many columns, spaces and all: for what a program printed, where each of them counts. */
export function cut(text: string, columns: number): string[] {
  const lines = ['']
  let used = 0
  for (const character of characters(text)) {
    const size = characterWidth(character)
    if (used + size > columns) {
      lines.push('')
      used = 0
    }
    lines[lines.length - 1] += character
    used += size
  }
  return lines
}

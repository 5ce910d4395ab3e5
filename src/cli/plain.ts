import { look } from './look/terminal.ts'

/** Lists that redraw themselves are lost on some terminals, and on whoever hears the screen instead of seeing it. */
export function isPlain(): boolean {
  const { unicode, width } = look(process.stdout, process.env)
  return !unicode || width < 60 || process.env.TERM === 'dumb' || Boolean(process.env.ACCESSIBLE)
}

/** What a stream says about itself; `process.stdout` is one. */
export interface Stream {
  isTTY?: boolean
  columns?: number
  rows?: number
}

/** How to write for one output: asked once, then handed to everything that draws. */
export interface Screen {
  /** Columns for prose: the terminal's, at most 100, because longer lines are hard to follow. */
  width: number
  /** Columns the terminal really has. */
  columns: number
  /** Lines the terminal has. */
  height: number
  colour: boolean
  /** May draw beyond ASCII. */
  unicode: boolean
  /** Somebody sits there: prompts and redrawing are allowed. */
  tty: boolean
}

const widest = 100

/**
 * The one place that decides how output looks.
 *
 * Colour: `FORCE_COLOR` decides when it is set (`0` and `false` mean none), then `NO_COLOR` (any non-empty value),
 * then whether it is a terminal that can (`TERM=dumb` cannot). Characters: the first non-empty of `LC_ALL`,
 * `LC_CTYPE` and `LANG`, as in locale(7), has to be UTF-8; the Linux console (`TERM=linux`) has no glyphs for marks.
 */
export function look(stream: Stream, env: NodeJS.ProcessEnv): Screen {
  const tty = stream.isTTY === true
  // A terminal of 0 columns is what a serial line or a fresh pty says before anyone told it its size.
  const columns = (tty && stream.columns) || 80
  return {
    width: Math.min(columns, widest),
    columns,
    height: (tty && stream.rows) || 24,
    colour: hasColour(tty, env),
    unicode: hasUnicode(env),
    tty,
  }
}

function hasColour(tty: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR)
  if (env.NO_COLOR) return false
  return tty && env.TERM !== 'dumb'
}

function hasUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || ''
  return /utf-?8/i.test(locale) && env.TERM !== 'linux'
}

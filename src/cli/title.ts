/** Terminals whose title can be set, by their names in terminfo. Others would print what they do not know. */
const titled = /^(xterm|screen|tmux|rxvt|vte|gnome|konsole|alacritty|foot|kitty|wezterm)/

/**
 * Puts a text into the title of the learner's window (OSC 2), where it stays whatever scrolls by. The old title waits
 * on the terminal's own stack (XTWINOPS 22 and 23; see ctlseqs of xterm).
 *
 * @returns brings the old title back; call it once
 */
export function entitle(text: string, { stdout, env } = process): () => void {
  if (!stdout.isTTY || !titled.test(env.TERM ?? '')) return () => {}
  stdout.write(`\x1b[22;2t\x1b]2;${text}\x07`)
  return () => void stdout.write('\x1b[23;2t')
}

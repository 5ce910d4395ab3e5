import { type Process, parents } from '../facts/index.ts'

const shells = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'busybox'])

/**
 * The shell that a terminal's typing reaches now: the nearest shell above (or at) the process in the foreground of
 * the terminal. `first` is the shell the terminal was opened with; `list` are all processes of the view it is in.
 */
export function innermostShell(list: Process[], first: number): Process | undefined {
  const outer = list.find(({ pid }) => pid === first)
  if (!outer) return undefined
  const all = list.filter(({ tty }) => tty === outer.tty)
  // A nested PID namespace makes the foreground group invisible to its number outside: the youngest shell is it then.
  const foreground = all.filter(({ pgrp }) => pgrp === outer.foreground).at(-1)
  const line = foreground ? [foreground, ...parents(all, foreground.pid)] : all.toReversed()
  return line.find(({ name }) => shells.has(name)) ?? outer
}

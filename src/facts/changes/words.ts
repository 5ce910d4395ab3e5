import type { Process } from '../processes.ts'

const longest = 40

/** `bash (1234)` */
export function who(one: Process): string {
  return `${printable(one.name)} (${one.pid})`
}

/** `1234 (sleep 1000)`; the name for a process without a command line. */
export function what(one: Process): string {
  return `${one.pid} (${commandLine(one)})`
}

/** `sleep 1000`, shortened, on one line. */
export function commandLine(one: Process): string {
  const line = printable(one.command.join(' ') || one.name)
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}

/** `a`, `a and b`, `a, b and c` */
export function list(items: (string | number)[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** `1 mount`, `40 mounts` */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`
}

/** Names come from processes and may hold anything: a terminal must not act on it, and a line stays a line. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (sign) => {
    return sign === '\n' ? '\\n' : `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

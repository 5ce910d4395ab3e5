import { readText } from '../read.ts'
import type { View } from '../view.ts'
import { socketCounts } from './listeners.ts'

/**
 * What of a network namespace anybody may read without entering it. Where it is the same as before, so is what it
 * stands for, and need not be asked again.
 */
export interface Trace {
  /** Stands for links, addresses and routes. Only where there is no link but lo: a cable's plugs leave no trace here. */
  links?: string
  /** Stands for the listeners. */
  sockets: string
}

const lo = ['igmp', 'fib_trie', 'route', 'if_inet6', 'ipv6_route']

/** @param holders who holds which socket */
export function traceOf(view: View, pid: number, holders: Map<number, number[]>): Trace {
  const read = (file: string) => readText(`${view.proc}/${pid}/net/${file}`) ?? ''
  // A line for each link, behind two of titles: `    lo:  840 …`.
  const names = [...read('dev').matchAll(/^ *(\S+):/gm)].map(([, name]) => name)
  const counts = [...socketCounts(view, pid).matchAll(/^\w+: inuse \d+/gm)].join()
  return {
    ...(names.join() === 'lo' && { links: lo.map(read).join('\n') }),
    sockets: `${counts} ${JSON.stringify([...holders])}`,
  }
}

import { bridged } from './net/bridge.ts'
import { published } from './net/published.ts'
import { call, type Piece } from './piece.ts'

// #region piece
/** Devices, addresses, routes and ports of its own; a new one holds a `lo` that is down. See network_namespaces(7). */
export const net: Piece = {
  name: 'net',
  lesson: 'net',
  summary: 'links, addresses and ports of its own',
  namespace: 'net',
  outside: ({ network, ports = [] }) => network !== undefined || ports.length > 0,
  calls: (box) => [
    call('settle', 'linkUp', { name: 'lo' }, 'a new network namespace has a loopback, but it is down'),
    ...(box.network ? bridged(box.network, box) : []),
    ...published(box),
  ],
}
// #endregion piece

import { call, type Piece } from './piece.ts'

// #region piece
/** Devices, addresses, routes and ports of its own; a new one holds a `lo` that is down. See network_namespaces(7). */
export const net: Piece = {
  name: 'net',
  lesson: 'net',
  summary: 'links, addresses and ports of its own',
  namespace: 'net',
  calls: () => [
    call('settle', 'linkUp', { name: 'lo' }, 'a new network namespace has a loopback, but it is down'),
  ],
}
// #endregion piece

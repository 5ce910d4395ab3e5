import { call, type Piece } from './piece.ts'

// #region piece
/** A host name and a NIS domain of its own. See uts_namespaces(7). */
export const uts: Piece = {
  name: 'uts',
  lesson: 'uts',
  summary: 'a host name of its own',
  namespace: 'uts',
  calls: ({ hostname, domainname }) => [
    ...(hostname ? [call('settle', 'sethostname', { name: hostname }, 'its own name')] : []),
    ...(domainname ? [call('settle', 'setdomainname', { name: domainname }, 'its own NIS domain')] : []),
  ],
}
// #endregion piece

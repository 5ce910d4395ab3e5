import type { Box } from '../box.ts'
import { type Call, call } from '../piece.ts'

// #region published
/**
 * The proxy behind published ports: it answers where NAT does not reach, at 127.0.0.1 and ::1 and for the neighbours, and
 * where there is no bridge it is the only way in. Then it lives in the container's network and its sockets outside.
 */
export function published({ network, ports = [] }: Box): Call[] {
  if (ports.length === 0) return []
  const to = network?.address ?? '127.0.0.1'
  const why = network ? 'where NAT does not reach, the proxy answers' : 'no bridge leads in, but a proxy does'
  return [call('admit', 'proxy', { ports, to, inside: !network }, why)]
}
// #endregion published

import { isIPv6 } from 'node:net'
import type { BridgeNetwork, PublishedPort } from '../box.ts'

// #region rules
/**
 * What a container on a bridge needs of the packet filter, in the language of nft(8). One table for each container: it
 * comes in one transaction and goes in one, and nobody else's rules are ever touched.
 */
export function rulesOf({ table, bridge, address }: BridgeNetwork, ports: readonly PublishedPort[]): string {
  // NAT leads nothing away that was sent to 127.0.0.1, and these rules are of IPv4: the rest is the proxy's.
  const reached = ports.filter(({ address: on = '' }) => !isIPv6(on) && !on.startsWith('127.'))
  const away = reached.map(
    ({ protocol, address: on, port, to }) =>
      `${on === undefined ? 'fib daddr type local' : `ip daddr ${on}`} ${protocol} dport ${port} dnat to ${address}:${to}`,
  )
  return `table ${table} {
  # Out: to the world it is the machine that speaks.
  chain postrouting {
    type nat hook postrouting priority srcnat
    ip saddr ${address} oifname != "${bridge}" masquerade
  }
  # In, from elsewhere: a published port leads to the container. Its neighbours on the bridge take the proxy.
  chain prerouting {
    type nat hook prerouting priority dstnat
    ${away.map((rule) => `iifname != "${bridge}" ${rule}`).join('\n    ')}
  }
  # In, from this machine. What is sent to 127.0.0.1 cannot leave it, so there the proxy answers.
  chain output {
    type nat hook output priority -100
    ${away.map((rule) => `ip daddr != 127.0.0.0/8 ${rule}`).join('\n    ')}
  }
  # Nobody comes in who found the way by himself: only answers, and what was published.
  chain forward {
    type filter hook forward priority filter
    ip daddr ${address} iifname != "${bridge}" ct state new ct status & dnat == 0 drop
  }
}
`
}
// #endregion rules

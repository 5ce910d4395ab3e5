import type { Box, BridgeNetwork } from '../box.ts'
import { type Call, call } from '../piece.ts'
import { rulesOf } from './rules.ts'

// #region bridge
/** A cable from the container into a switch on the machine, and the way from there into the world. */
export function bridged(network: BridgeNetwork, { ports = [] }: Box): Call[] {
  const { bridge, bridgeMac, gateway, prefix, forwards, veth, address, mac, table } = network
  return [
    call('claim', 'bridgeAdd', { name: bridge, mac: bridgeMac, forwards }, 'one switch for all containers'),
    call('claim', 'addressAdd', { link: bridge, address: gateway, prefix }, 'its address is their gateway'),
    ...(forwards
      ? []
      : [
          call(
            'claim',
            'write',
            { at: '/proc/sys/net/ipv4/ip_forward', text: '1' },
            'or the machine would keep what is not for itself',
          ),
        ]),
    call(
      'claim',
      'nft',
      { table, rules: rulesOf(network, ports) },
      'how it speaks to the world, and who may come in',
    ),
    call(
      'admit',
      'vethAdd',
      { name: veth, bridge, peer: { name: 'eth0', mac } },
      'a cable: one end in the switch, the other in the container',
    ),
    call('settle', 'addressAdd', { link: 'eth0', address, prefix }, 'who it is on this network'),
    call('settle', 'linkUp', { name: 'eth0' }, 'a cable carries only with both ends up'),
    call('settle', 'routeAdd', { via: gateway }, 'everything else is reached through the machine'),
  ]
}
// #endregion bridge

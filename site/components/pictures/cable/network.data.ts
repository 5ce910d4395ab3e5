import { rulesOf } from '../../../../src/container/net/rules.ts'
import { chooseSubnet, gatewayOf, hosts, subnetText } from '../../../../src/container/net/subnet.ts'
import type { Network } from './journeys.ts'

declare const data: Network

export { data }

/** The bridge, its addresses and its rules as `cooper run --network bridge` makes them where nothing is in the way. */
export default {
  watch: ['../../../../src/container/net/*.ts'],
  load(): Network {
    const subnet = chooseSubnet(undefined, { links: [], addresses: [], routes: [] })
    const [first = '', second = ''] = hosts(subnet)
    const gateway = gatewayOf(subnet)
    const bridge = 'cooper0'
    const network = { bridge, gateway, address: first, table: 'ip cooper', prefix: subnet.prefix }
    const text = rulesOf({ ...network, bridgeMac: '', mac: '', veth: '', forwards: true }, [
      { protocol: 'tcp', port: 8080, to: 80, fd: -1 },
    ])
    const rule = (which: RegExp) =>
      text
        .split('\n')
        .find((line) => which.test(line))
        ?.trim() ?? ''
    return {
      bridge,
      subnet: subnetText(subnet),
      gateway,
      first,
      second,
      rules: {
        masquerade: rule(/masquerade$/),
        dnat: rule(/iifname .* dnat to/),
        output: rule(/daddr != 127.* dnat to/),
        drop: rule(/drop$/),
      },
    }
  },
}

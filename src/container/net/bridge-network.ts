import { existsSync, readFileSync } from 'node:fs'
import { netHere } from '../../facts/index.ts'
import { ourMacs } from '../../kernel/calls/our-bridge.ts'
import { claim, claimed, KernelError, locked, programPaths } from '../../kernel/index.ts'
import type { BridgeNetwork } from '../box.ts'
import { chooseSubnet, gatewayOf, hosts, type Subnet, subnetOf, subnetText } from './subnet.ts'

const bridge = 'cooper0'

/** An Ethernet address for an IPv4 one: who gets an address after somebody else is not looked for at the old place. */
const macOf = (address: string) =>
  [...ourMacs, ...address.split('.').map(Number)].map((byte) => byte.toString(16).padStart(2, '0')).join(':')

const refusal = (call: string, because: string, remedy: string) =>
  new KernelError({ piece: 'net', call, errno: 0, because, remedy, learn: 'cooper learn net' })

/** The subnet that the bridge has, or will have in a moment: somebody claimed an address of it. */
function subnetNow(): Subnet | undefined {
  const [other] = claimed(bridge)
  if (other) return subnetOf(other)
  const { links, addresses } = netHere()
  const link = links.find(({ name }) => name === bridge)
  const address = addresses.find((one) => one.link === link?.index && one.family === 4)
  return address && subnetOf(`${address.address}/${address.prefix}`)
}

/**
 * A place on the bridge: an address that nobody has, claimed until its descriptor in `held` is closed. As long as there
 * is a claim, nobody takes the bridge away.
 */
export function bridgeNetwork(id: string, asked: Subnet | undefined, held: number[]): BridgeNetwork {
  // Looked for before anything is made: the rules are what is made last.
  if (!programPaths('nft', process.env.PATH).some((path) => existsSync(path)))
    throw refusal(
      '--network bridge',
      'it needs nft, and no directory on PATH holds it',
      'apt install nftables',
    )
  return locked(bridge, () => {
    const now = subnetNow()
    if (now && asked && subnetText(now) !== subnetText(asked))
      throw refusal(
        `--subnet ${subnetText(asked)}`,
        `${bridge} is there and has ${subnetText(now)}, for the containers that run now`,
        'wait for them to end, or leave out --subnet',
      )
    const subnet = now ?? chooseSubnet(asked, netHere())
    for (const address of hosts(subnet)) {
      const fd = claim(`${bridge}/${address}/${subnet.prefix}`)
      if (fd === undefined) continue
      held.push(fd)
      const gateway = gatewayOf(subnet)
      return {
        bridge,
        bridgeMac: macOf(gateway),
        gateway,
        prefix: subnet.prefix,
        forwards: readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim() === '1',
        veth: `veth${id.slice(0, 8)}`,
        address,
        mac: macOf(address),
        table: `ip cooper_${id}`,
      }
    }
    throw refusal(`an address in ${subnetText(subnet)}`, 'every one is taken', 'end a container first')
  })
}

import type { NetFacts } from '../../facts/index.ts'
import { KernelError } from '../../kernel/index.ts'

/** An IPv4 subnet: the number of its first address, and how many bits name it. */
export interface Subnet {
  first: number
  prefix: number
}

const learn = 'cooper learn net'

const numberOf = (address: string) =>
  address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0)

/** `10.213.0.2` for its number. */
export function addressOf(number: number): string {
  return [24, 16, 8, 0].map((bits) => (number >>> bits) & 255).join('.')
}

const sizeOf = ({ prefix }: Subnet) => 2 ** (32 - prefix)

/** `10.213.0.0/24` as a subnet; what is behind the prefix is cut off. */
export function subnetOf(text: string): Subnet {
  const [address = '', bits = '32'] = text.split('/')
  const prefix = Number(bits)
  const size = 2 ** (32 - prefix)
  return { first: Math.floor(numberOf(address) / size) * size, prefix }
}

/** `10.213.0.0/24`. */
export function subnetText({ first, prefix }: Subnet): string {
  return `${addressOf(first)}/${prefix}`
}

/** Every address in it that a neighbour may have: neither its name nor its broadcast; the first is the gateway's. */
export function* hosts(subnet: Subnet): Generator<string> {
  for (let number = subnet.first + 2; number < subnet.first + sizeOf(subnet) - 1; number++)
    yield addressOf(number)
}

export const gatewayOf = ({ first }: Subnet) => addressOf(first + 1)

const overlap = (a: Subnet, b: Subnet) => a.first < b.first + sizeOf(b) && b.first < a.first + sizeOf(a)

/** Who on this machine has addresses in a subnet, or a way to it; undefined: nobody. */
function ownerOf(subnet: Subnet, { links, addresses, routes }: NetFacts): string | undefined {
  const nameOf = (index: number | undefined) => links.find((link) => link.index === index)?.name ?? 'a link'
  const address = addresses.find(
    (one) => one.family === 4 && overlap(subnet, subnetOf(`${one.address}/${one.prefix}`)),
  )
  if (address) return `${nameOf(address.link)} has ${address.address}/${address.prefix}`
  const route = routes.find(
    ({ family, destination }) =>
      family === 4 && destination !== 'default' && overlap(subnet, subnetOf(destination)),
  )
  return route && `a route to ${route.destination} leads through ${nameOf(route.link)}`
}

/** What no link should have an address of, by the first byte (RFC 6890): the kernel gives it, and routes it nowhere. */
const unusable: [from: number, to: number, because: string][] = [
  [0, 0, 'an address that begins with 0 stands for “this network”, and is nobody’s'],
  [127, 127, 'every machine is 127.0.0.0/8 to itself: what is sent there goes out through no cable'],
  [224, 239, 'it is multicast: such an address is that of a group, and no single link’s'],
  [240, 255, 'from 240 on all addresses are reserved, and routers drop them'],
]

const refuse = (text: string, because: string, remedy: string) =>
  new KernelError({ piece: 'net', call: `--subnet ${text}`, errno: 0, because, remedy, learn })

/**
 * Reads one `--subnet`.
 *
 * @throws KernelError for what is no subnet, or none that a bridge can have
 */
export function subnetWish(text: string): Subnet {
  const [, ...parts] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text) ?? []
  const [prefix = 0, ...bytes] = parts.map(Number).toReversed()
  if (parts.length === 0 || bytes.some((byte) => byte > 255) || prefix < 8 || prefix > 29)
    throw refuse(text, 'a subnet is an IPv4 address and a prefix from 8 to 29', '--subnet 10.20.30.0/24')
  const first = bytes.at(-1) ?? 0
  const [, , because] = unusable.find(([from, to]) => from <= first && first <= to) ?? []
  if (because) throw refuse(text, because, '--subnet 10.20.30.0/24')
  return subnetOf(text)
}

/**
 * The subnet of a bridge that is not there yet: the one asked for, or the first of ours that nobody on this machine has
 * addresses in or a route to.
 */
export function chooseSubnet(asked: Subnet | undefined, here: NetFacts): Subnet {
  const owner = asked && ownerOf(asked, here)
  if (asked && owner)
    throw refuse(subnetText(asked), `it is in use: ${owner}`, 'choose another, or leave out --subnet')
  if (asked) return asked
  const ours = Array.from({ length: 256 }, (_, i) => subnetOf(`10.213.${i}.0/24`))
  const free = ours.find((subnet) => !ownerOf(subnet, here))
  if (free) return free
  throw new KernelError({
    piece: 'net',
    call: 'choosing a subnet',
    errno: 0,
    because: `all of 10.213.0.0/16 is in use: ${ownerOf(ours[0]!, here)}`,
    remedy: 'name one that is free: --subnet 192.168.77.0/24',
    learn,
  })
}

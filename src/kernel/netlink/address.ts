import { isIPv4, isIPv6 } from 'node:net'

/** AF_INET and AF_INET6. */
export const families = { 4: 2, 6: 10 } as const

/** The bytes of an address as they travel: 4 for IPv4, 16 for IPv6. */
export function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  if (!isIPv6(address)) throw new TypeError(`${JSON.stringify(address)} is not an IP address`)
  const [head = '', tail] = address.split('::')
  const groups = (half: string) => (half ? half.split(':') : [])
  const [front, back] = [groups(head), groups(tail ?? '')]
  const zeros = tail === undefined ? [] : Array<string>(8 - front.length - back.length).fill('0')
  return Buffer.concat(
    [...front, ...zeros, ...back].map((group) => Buffer.from(group.padStart(4, '0'), 'hex')),
  )
}

/** `192.0.2.1`, or for 16 bytes `fd00::1`, as RFC 5952 writes it. */
export function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return [...bytes].join('.')
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16))
  const [zeros] = [...groups.join(':').matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].sort(
    (a, b) => b[0].length - a[0].length,
  )
  const whole = groups.join(':')
  if (!zeros) return whole
  const before = whole.slice(0, zeros.index).replace(/:$/, '')
  const after = whole.slice(zeros.index + zeros[0].length).replace(/^:/, '')
  return `${before}::${after}`
}

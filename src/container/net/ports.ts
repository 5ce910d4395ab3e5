import { isIP, isIPv6 } from 'node:net'
import { KernelError } from '../../kernel/index.ts'

/** One port of a container that the machine answers for. */
export interface Published {
  protocol: 'tcp' | 'udp'
  /** An address of the machine, in digits; absent: all it has. */
  address?: string
  /** Absent: any that is free, or the first free one of `hostPorts`. */
  hostPort?: number
  hostPorts?: [first: number, last: number]
  containerPort: number
}

/**
 * Reads one `-p [[ADDRESS:][PORT]:]PORT[/PROTOCOL]`, as docker does: the last port is the container's, and FIRST-LAST
 * stands for as many. A range on the machine for one port of the container is a choice.
 *
 * @throws KernelError that says which part is wrong
 */
export function portWish(text: string): Published[] {
  const refuse = (because: string, remedy: string) =>
    new KernelError({
      piece: 'net',
      call: `-p ${text}`,
      errno: 0,
      because,
      remedy,
      learn: 'cooper learn net',
    })

  const [ports = '', protocol = 'tcp', ...more] = text.toLowerCase().split('/')
  if (more.length > 0 || (protocol !== 'tcp' && protocol !== 'udp'))
    throw refuse('after the port comes /tcp or /udp, and nothing else', `-p ${ports}/udp`)

  // The colons of an IPv6 address are in brackets, so that they can be told from ours.
  const parts = /^(?:(?:\[(?<v6>.*)\]|(?<v4>[^:[\]]*)):)??(?:(?<host>[^:]*):)?(?<inside>[^:]+)$/.exec(
    ports,
  )?.groups
  if (!parts)
    throw isIPv6(ports.replace(/(:[^:]*){1,2}$/, ''))
      ? refuse('an IPv6 address needs brackets, to tell its colons from the others', '-p [::1]:8080:80')
      : refuse('it is ADDRESS:PORT:PORT, where the first two may be left out', '-p 127.0.0.1:8080:80')
  const { v6, v4, host, inside = '' } = parts
  const address = v6 ?? (v4 || undefined)
  if (address !== undefined && (isIP(address) !== (v6 === undefined ? 4 : 6) || address.includes('%')))
    throw refuse(
      `${JSON.stringify(address)} is no address in digits; names are looked up by programs, not by the kernel`,
      `-p 127.0.0.1:${host}:${inside}`,
    )

  const [first, last] = range(inside)
  const many = last - first + 1
  const common = { protocol, ...(address !== undefined && { address }) } as const
  const each = (more: (nth: number) => Partial<Published>): Published[] =>
    Array.from({ length: many }, (_, nth) => ({ ...common, ...more(nth), containerPort: first + nth }))
  if (!host) return each(() => ({}))
  const hostPorts = range(host)
  const choice = hostPorts[1] - hostPorts[0] + 1
  if (choice === many) return each((nth) => ({ hostPort: hostPorts[0] + nth }))
  if (many === 1) return each(() => ({ hostPorts }))
  throw refuse(
    `${host} on the machine and ${inside} in the container are not equally many: ${choice} and ${many}`,
    `-p ${hostPorts[0]}-${hostPorts[0] + many - 1}:${inside}`,
  )

  /** `80` or `80-82`, both ends included. */
  function range(part: string): [first: number, last: number] {
    const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? []
    const wrong = [first, last].find((port) => port === '' || Number(port) < 1 || Number(port) > 65535)
    if (wrong !== undefined)
      throw refuse(`${JSON.stringify(wrong || part)} is no port: they go from 1 to 65535`, '-p 8080:80')
    if (Number(last) < Number(first))
      throw refuse(`${part} goes backwards`, `-p ${text.replaceAll(part, `${last}-${first}`)}`)
    return [Number(first), Number(last)]
  }
}

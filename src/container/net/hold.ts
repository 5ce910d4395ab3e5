import { readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { listeners, machine, process as processOf, userName } from '../../facts/index.ts'
import { KernelError, native } from '../../kernel/index.ts'
import type { PublishedPort } from '../box.ts'
import type { Published } from './ports.ts'

/**
 * Holds ports of the machine: from now on nobody else can have them, until the descriptors in `held` are closed. Binding
 * is the claim, so of two launches at once one gets a port and the other hears who has it.
 *
 * @param held where the sockets are noted, also when a later one fails
 * @throws KernelError that names the port and, where the kernel tells, its owner
 */
export function holdPorts(ports: readonly Published[], held: number[]): PublishedPort[] {
  const ours: PublishedPort[] = []
  for (const one of ports) {
    const port = holdPort(one, ours)
    held.push(port.fd)
    ours.push(port)
  }
  return ours
}

/**
 * Holds one port: the one that is named, or the first free one of a range, or any.
 *
 * @param ours those that this container has already: to be told from what others have
 */
export function holdPort(
  { protocol, address, hostPort = 0, hostPorts = [hostPort, hostPort], containerPort }: Published,
  ours: readonly PublishedPort[] = [],
): PublishedPort {
  const [first, last] = hostPorts
  for (let wanted = first; ; wanted++) {
    try {
      const [fd, port] = native().listen(address ?? '', wanted, protocol)
      return { protocol, ...(address !== undefined && { address }), port, to: containerPort, fd }
    } catch (thrown) {
      const { errno } = thrown as NodeJS.ErrnoException
      if (errno === undefined) throw thrown
      if (errno === EADDRINUSE && wanted < last) continue
      throw refused({ protocol, address, first, last: wanted, to: containerPort, ours }, errno, thrown)
    }
  }
}

const [EACCES, EINVAL, EAFNOSUPPORT, EADDRINUSE, EADDRNOTAVAIL] = [13, 22, 97, 98, 99]

interface Wanted {
  protocol: 'tcp' | 'udp'
  address: string | undefined
  /** The ports that were tried. */
  first: number
  last: number
  to: number
  ours: readonly PublishedPort[]
}

function refused(wanted: Wanted, errno: number, cause: unknown): KernelError {
  const { protocol, address, first, last } = wanted
  const on = address === undefined ? '*' : isIPv6(address) ? `[${address}]` : address
  const ports = first === last ? `${first}` : `${first}-${last}`
  return new KernelError(
    {
      piece: 'net',
      call: `bind("${on}:${ports}", ${protocol})`,
      errno,
      ...whyNot(wanted, errno),
      learn: 'cooper learn net',
    },
    { cause },
  )
}

function whyNot(wanted: Wanted, errno: number): { because?: string; remedy?: string } {
  const { protocol, address, first, last, to, ours } = wanted
  switch (errno) {
    case EADDRINUSE: {
      const twice = ours.find(
        (one) =>
          one.protocol === protocol && one.port >= first && one.port <= last && overlap(one.address, address),
      )
      if (twice)
        return {
          because: `${twice.port} is asked for twice: it leads to this container's port ${twice.to} already`,
          remedy: `give ${to} another one, or let the kernel choose: -p ${to}`,
        }
      return {
        because: `${first === last ? '' : 'all of them are taken: '}${ownerOf(wanted)}`,
        remedy: `let the kernel choose a free one: -p ${to}`,
      }
    }
    case EACCES: {
      const start = readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8').trim()
      return {
        because: `ports below ${start} are for root (net.ipv4.ip_unprivileged_port_start)`,
        remedy: `use a higher one: -p ${first + 8000}:${to}`,
      }
    }
    case EADDRNOTAVAIL:
      return {
        because: `this machine has no address ${address}`,
        remedy: 'see those it has: ip -brief address',
      }
    case EAFNOSUPPORT:
      return { because: 'this kernel has no IPv6', remedy: `-p 127.0.0.1:${first}:${to}` }
    case EINVAL:
      return {
        because: `${address} belongs to one link, and names it nowhere`,
        remedy: 'use an address that is good on all of them: ip -brief address show scope global',
      }
    default:
      return {}
  }
}

/** Who listens where we wanted to, in words; other users' processes may not be looked at, but the kernel names the user. */
function ownerOf({ protocol, address, first }: Wanted): string {
  const owner = listeners(machine, process.pid).find(
    (one) => one.protocol === protocol && one.port === first && overlap(one.address, address),
  )
  if (!owner) return `nobody listens on ${first}, but a connection has it, or had it less than a minute ago`
  const at = `${owner.family === 6 ? `[${owner.address}]` : owner.address}:${first}`
  const holder = owner.pids.map((pid) => processOf(machine, pid)).find((one) => one !== undefined)
  if (holder) return `${holder.name} (process ${holder.pid}) listens on ${at}`
  const user = userName(machine, process.pid, owner.uid) ?? `uid ${owner.uid}`
  const mayLook = [0, owner.uid].includes(process.geteuid?.() ?? 0)
  return `a process of ${user} listens on ${at}${mayLook ? '' : '; which one it is only they and root may see'}`
}

/** Do two addresses that are listened at (absent: all) get in each other's way? */
function overlap(theirs: string | undefined, ours: string | undefined): boolean {
  return isAll(theirs) || isAll(ours) || theirs === ours
}

const isAll = (address: string | undefined) => address === undefined || ['0.0.0.0', '::'].includes(address)

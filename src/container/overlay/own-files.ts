import { readFileSync } from 'node:fs'
import { hostname as machineName } from 'node:os'
import type { Box } from '../box.ts'

/**
 * The three files of /etc that are made for each container, as docker makes them: who it is, how it finds itself and
 * who answers for names. Where it uses a network of somebody else, they are that one's.
 */
export function ownFiles({
  hostname = machineName(),
  network,
  namespaces,
  join,
}: Pick<Box, 'hostname' | 'network' | 'namespaces' | 'join'>): Record<string, string> {
  const ownNetwork = namespaces.includes('net')
  const whose = join ? `/proc/${join.pid}/root` : ''
  const resolv = read(`${whose}/etc/resolv.conf`)
  return {
    hostname: `${hostname}\n`,
    hosts: ownNetwork ? hosts(hostname, network?.address) : read(`${whose}/etc/hosts`),
    'resolv.conf': ownNetwork ? reachable(resolv) : resolv,
  }
}

function hosts(name: string, address: string | undefined): string {
  const localhost = ['127.0.0.1 localhost', '::1 localhost ip6-localhost ip6-loopback']
  // Without an address of its own, its name still leads to itself.
  return `${[...localhost, `${address ?? '127.0.0.1'} ${name}`].join('\n')}\n`
}

/** A resolver on the machine's loopback is out of reach: the container has a loopback of its own. */
export function reachable(resolv: string): string {
  const isLoopback = (line: string) => /^\s*nameserver\s+(127\.|::1\s*$)/.test(line)
  return resolv
    .split('\n')
    .filter((line) => !isLoopback(line))
    .join('\n')
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

import { closeSync } from 'node:fs'
import { KernelError } from '../../kernel/index.ts'
import type { Box, Join } from '../box.ts'
import type { Who } from '../ids.ts'
import { bridgeNetwork } from './bridge-network.ts'
import { holdPorts } from './hold.ts'
import { joined } from './joined.ts'
import { portWish } from './ports.ts'
import { subnetWish } from './subnet.ts'

/** What somebody asked for, with docker's words. */
export interface NetworkWish {
  /** `none`, `bridge`, `host` or `container:PID`. Absent: `bridge` where ports are published, else `none`. */
  network?: string
  /** As `-p` has them. */
  publish?: string[]
  /** Of the bridge, where there is none yet. */
  subnet?: string
}

const refusal = (call: string, because: string, remedy: string) =>
  new KernelError({ piece: 'net', call, errno: 0, because, remedy, learn: 'cooper learn net' })

/** Whether the container uses somebody else's network, and whose; undefined when it gets one of its own. */
export function sharedNetwork({ network, publish = [] }: NetworkWish, who: Who): { join?: Join } | undefined {
  const shared = network === 'host' || network?.startsWith('container:')
  if (!network || !shared) return undefined
  if (publish.length > 0)
    throw refusal(
      `-p with --network ${network}`,
      network === 'host'
        ? 'with the machine’s own network every port is on the machine already'
        : 'ports belong to the container that was there first',
      'leave out -p',
    )
  return network === 'host' ? {} : { join: joined(network, who) }
}

/** A network of its own, as values of the box: takes what only one can have, an address and ports of the machine. */
export function networkWish(
  { network, publish = [], subnet }: NetworkWish,
  id: string,
  who: Who,
): { values: Pick<Box, 'network' | 'ports' | 'held'>; notes: string[] } {
  const ports = publish.flatMap(portWish)
  const asked = network ?? (ports.length > 0 ? 'bridge' : 'none')
  if (asked !== 'none' && asked !== 'bridge')
    throw refusal(
      `--network ${asked}`,
      `there is no network ${JSON.stringify(asked)}`,
      'none, bridge, host or container:PID',
    )
  if (subnet !== undefined && asked === 'none')
    throw refusal(`--subnet with --network ${asked}`, 'only a bridge has a subnet', '--network bridge')
  const wished = subnet === undefined ? undefined : subnetWish(subnet)
  if (asked === 'none' && ports.length === 0) return { values: {}, notes: [] }
  const bridge = asked === 'bridge' && who.privileged
  const held: number[] = []
  try {
    const values = {
      network: bridge ? bridgeNetwork(id, wished, held) : undefined,
      ports: holdPorts(ports, held),
      held,
    }
    return { values, notes: asked === 'bridge' && !bridge ? [withoutRoot(ports.length > 0)] : [] }
  } catch (error) {
    for (const fd of held) closeSync(fd)
    throw error
  }
}

const withoutRoot = (publishes: boolean) =>
  `not root: no bridge, which belongs to the machine${
    publishes ? '; a proxy brings in what comes to the published ports, and nothing goes out' : ''
  }`

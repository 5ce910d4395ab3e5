import { namespaces, viewOf } from '../../../src/facts/index.ts'
import { type box, until } from '../box.ts'

type Box = Awaited<ReturnType<typeof box>>

export interface IpLink {
  ifindex: number
  ifname: string
  flags: string[]
  mtu: number
  operstate: string
  address?: string
  master?: string
  linkinfo?: { info_kind?: string }
  link_index?: number
  link_netnsid?: number
  stats64?: { rx: { bytes: number; packets: number }; tx: { bytes: number; packets: number } }
}

export const printed = async <T>({ run }: Box, line: string): Promise<T> => JSON.parse(await run(line)) as T

/** A process in a network namespace of its own in the box, by its number there. */
export async function apart({ run, holder }: Box): Promise<number> {
  const pid = Number(await run('unshare --net sleep 1000 & echo $!'))
  const own = namespaces(viewOf(holder), 1).net!.inode
  await until(() => {
    const there = namespaces(viewOf(holder), pid).net?.inode
    return there !== undefined && there !== own ? true : undefined
  })
  return pid
}

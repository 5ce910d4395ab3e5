import { pieces } from '../../container/index.ts'
import type { Options } from '../options.ts'
import { UsageError, unknown } from '../usage.ts'

/** What the network of a container may be here, in the words of `cooper run --network`. */
export const networks = {
  bridge: 'a cable into a switch of the host, and an address there',
  none: 'a loopback and nothing else',
  host: 'the host’s own, so nothing is isolated',
} as const

export type Network = keyof typeof networks

/** What a round is about: the pieces that are switched on, in their order, and where `net` leads. */
export interface PlayWish {
  pieces: string[]
  network: Network
}

/** The pieces of these names, in the order of the lessons. */
export function inOrder(names: readonly string[]): string[] {
  return pieces.map(({ name }) => name).filter((name) => names.includes(name))
}

/**
 * The first round. Like docker: all pieces but `user`, so that there is something to wonder about.
 *
 * @throws UsageError for a piece or a network that does not exist, or a network without the piece that makes it
 */
export function firstWish(
  { only, without = [], network }: Partial<Options<'play'>>,
  bridge: boolean,
): PlayWish {
  const names = pieces.map(({ name }) => name)
  for (const name of [...(only ?? []), ...without])
    if (!names.includes(name)) throw unknown('piece', name, names)
  const on = only ?? names.filter((name) => name !== 'user')
  const chosen = inOrder(on.filter((name) => !without.includes(name)))
  if (network === undefined) return { pieces: chosen, network: bridge ? 'bridge' : 'none' }
  if (!isNetwork(network)) throw unknown('network', network, Object.keys(networks))
  if (!chosen.includes('net'))
    throw new UsageError(`'--network ${network}' is what the piece net does, and net is switched off.`)
  return { pieces: chosen, network }
}

export function isNetwork(name: string): name is Network {
  return Object.hasOwn(networks, name)
}

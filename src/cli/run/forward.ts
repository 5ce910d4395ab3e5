import type { Box } from '../../container/index.ts'
import { rules } from '../../facts/index.ts'

/**
 * What keeps a bridge from carrying anything to the world though all of it is right: a chain of docker's or ufw's that
 * drops whatever it does not know. No rule of ours overrules it, so it is named.
 */
export async function droppedForwards({ network }: Box): Promise<string[]> {
  if (!network) return []
  const found = await rules('drops')
  return (found?.drops ?? []).map(
    ({ family, table, chain }) =>
      `the chain ${chain} of the table ${family} ${table} drops what is forwarded, so this container may not get out; ` +
      `if it does not: iptables -I FORWARD -i ${network.bridge} -j ACCEPT; iptables -I FORWARD -o ${network.bridge} -j ACCEPT`,
  )
}

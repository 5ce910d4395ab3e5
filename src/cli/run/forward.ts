import type { Box } from '../../container/index.ts'
import { rules } from '../../facts/index.ts'

/**
 * What keeps a bridge from carrying anything to the world though all of it is right: a chain of docker's, ufw's or
 * firewalld's that drops whatever it does not know. No rule of ours overrules it, so it is named.
 */
export async function droppedForwards({ network }: Box): Promise<string[]> {
  if (!network) return []
  const found = await rules('drops')
  // The bridge has IPv4 alone.
  const drops = (found?.drops ?? []).filter(({ family }) => family === 'ip' || family === 'inet')
  return drops.map(({ family, table, chain }) => {
    const accept = (end: string) =>
      `nft insert rule ${family} ${table} ${chain} ${end} ${network.bridge} accept`
    return (
      `the chain ${chain} of the table ${family} ${table} drops what is forwarded, so this container may not get out; ` +
      `if it does not: ${accept('iifname')}; ${accept('oifname')}`
    )
  })
}

import { runProgram } from '../../kernel/index.ts'

/** What nftables holds that concerns us, in the network namespace we stand in. */
export interface Rules {
  /** Our own tables. */
  ours: { family: string; name: string }[]
  /**
   * Chains of others that everything forwarded passes and that drop what they do not know, by their policy as docker's
   * and ufw's, or by a rule without conditions as firewalld's: an accept in a table of ours does not overrule them.
   */
  drops: Chain[]
}

export interface Chain {
  family: string
  table: string
  chain: string
}

/** Whether a table is one of ours. */
export const isOurs = (table: string): boolean => table.startsWith('cooper_')

/**
 * Undefined where `nft` is missing or may not be asked: it takes CAP_NET_ADMIN.
 *
 * @param about `drops` alone: most machines have none, and then that is known at once
 */
export async function rules(about?: 'drops'): Promise<Rules | undefined> {
  const told = await list(about ? 'list chains' : 'list tables; list chains')
  if (told === undefined) return undefined
  if (about && !mayDrop(told)) return { ours: [], drops: [] }
  // Who never gets here need not load what reads the answer: that takes as long as a container.
  const { forwardChains, parseRules } = await import('./rules-told.ts')
  const chains = forwardChains(told).map(
    ({ family, table, chain }) => `list chain ${family} ${table} ${chain}`,
  )
  return parseRules(told, chains.length > 0 ? await list(chains.join('; ')) : undefined)
}

/** Whether somebody else has a chain where ours are. */
function mayDrop(told: string): boolean {
  return told.split('"chain"').some((one) => one.includes('"forward"') && !one.includes('"cooper_'))
}

async function list(what: string): Promise<string | undefined> {
  try {
    const { code, output } = await runProgram(['nft', '-j', what])
    return code === 0 ? output : undefined
  } catch {
    return undefined
  }
}

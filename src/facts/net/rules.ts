import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** What nftables holds that concerns us, in the network namespace we stand in. */
export interface Rules {
  /** Our own tables. */
  ours: { family: string; name: string }[]
  /**
   * Chains of others that everything forwarded passes and that drop what they do not know, as docker's and ufw's: an
   * accept in a table of ours does not overrule them.
   */
  drops: { family: string; table: string; chain: string }[]
}

const run = promisify(execFile)

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
  if (about && !told.includes('"drop"')) return { ours: [], drops: [] }
  // Who never gets here need not load what reads the answer: that takes as long as a container.
  const { parseRules } = await import('./rules-told.ts')
  return parseRules(told)
}

async function list(what: string): Promise<string | undefined> {
  try {
    return (await run('nft', ['-j', what], { maxBuffer: 64 * 1024 * 1024 })).stdout
  } catch {
    return undefined
  }
}

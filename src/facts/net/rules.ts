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

/** Undefined where `nft` is missing or may not be asked: it takes CAP_NET_ADMIN. */
export async function rules(): Promise<Rules | undefined> {
  const told = await list('list tables; list chains')
  return told === undefined ? undefined : read(told)
}

/** {@link Rules.drops} alone. Most machines have none, and then it is known at once. */
export async function drops(): Promise<Rules['drops']> {
  const told = await list('list chains')
  return told?.includes('"drop"') ? ((await read(told))?.drops ?? []) : []
}

async function list(what: string): Promise<string | undefined> {
  try {
    return (await run('nft', ['-j', what], { maxBuffer: 64 * 1024 * 1024 })).stdout
  } catch {
    return undefined
  }
}

async function read(told: string): Promise<Rules | undefined> {
  // Who never asks need not load what reads the answer: that takes as long as a container.
  const { parseRules } = await import('./rules-told.ts')
  return parseRules(told)
}

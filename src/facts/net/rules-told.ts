import * as v from 'valibot'
import { isOurs, type Rules } from './rules.ts'

/** What `nft -j` prints: tables and chains among other things. */
const text = v.string()
const listing = v.object({
  nftables: v.array(
    v.object({
      table: v.optional(v.object({ family: text, name: text })),
      chain: v.optional(
        v.object({
          family: text,
          table: text,
          name: text,
          hook: v.optional(text),
          policy: v.optional(text),
        }),
      ),
    }),
  ),
})

/** One line of JSON for each of the two questions. */
export function parseRules(told: string): Rules | undefined {
  const all: v.InferOutput<typeof listing>['nftables'] = []
  for (const line of told.split('\n').filter(Boolean)) {
    const read = v.safeParse(listing, parsed(line))
    if (!read.success) return undefined
    all.push(...read.output.nftables)
  }
  return {
    ours: all.flatMap(({ table }) =>
      table && isOurs(table.name) ? [{ family: table.family, name: table.name }] : [],
    ),
    drops: all.flatMap(({ chain }) =>
      chain?.hook === 'forward' && chain.policy === 'drop' && !isOurs(chain.table)
        ? [{ family: chain.family, table: chain.table, chain: chain.name }]
        : [],
    ),
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

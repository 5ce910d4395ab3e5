import * as v from 'valibot'
import { type Chain, isOurs, type Rules } from './rules.ts'

/** What `nft -j` prints: tables, chains and rules among other things. */
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
      rule: v.optional(
        v.object({ family: text, table: text, chain: text, expr: v.array(v.record(text, v.unknown())) }),
      ),
    }),
  ),
})

type Entries = v.InferOutput<typeof listing>['nftables']

/**
 * @param told the answer to `list tables; list chains`
 * @param within that to `list chain` of each forwarding chain, for its rules
 */
export function parseRules(told: string, within = ''): Rules | undefined {
  const [all, more] = [entriesOf(told), entriesOf(within)]
  if (!all) return undefined
  const shut = (more ?? []).flatMap(({ rule }) => (rule && stopsAll(rule.expr) ? [rule] : []))
  return {
    ours: all.flatMap(({ table }) =>
      table && isOurs(table.name) ? [{ family: table.family, name: table.name }] : [],
    ),
    drops: forwarding(all).flatMap(({ policy, ...one }) =>
      policy === 'drop' || shut.some((rule) => isOf(one, rule)) ? [one] : [],
    ),
  }
}

/** Chains of others in which what is forwarded may come to its end by a rule: their policy lets it through. */
export function forwardChains(told: string): Chain[] {
  return forwarding(entriesOf(told) ?? []).filter(({ policy }) => policy !== 'drop')
}

// ---

function forwarding(all: Entries): (Chain & { policy?: string })[] {
  return all.flatMap(({ chain }) =>
    chain?.hook === 'forward' && !isOurs(chain.table)
      ? [{ family: chain.family, table: chain.table, chain: chain.name, policy: chain.policy }]
      : [],
  )
}

function isOf(one: Chain, { family, table, chain }: Chain): boolean {
  return one.family === family && one.table === table && one.chain === chain
}

/** Whether a rule ends all that comes to it: it counts and logs at most, and asks for nothing. */
function stopsAll(expr: Record<string, unknown>[]): boolean {
  const [last, ...more] = expr.filter(
    (one) => !('counter' in one || 'log' in one || isOfIptables(one.xt, 'match', 'comment')),
  )
  if (!last || more.length > 0) return false
  return 'drop' in last || 'reject' in last || isOfIptables(last.xt, 'target', 'REJECT')
}

/** What `iptables -m` and `iptables -j` leave with nft, where it has no words of its own for it. */
function isOfIptables(xt: unknown, type: 'match' | 'target', name: string): boolean {
  return v.is(v.object({ type: v.literal(type), name: v.literal(name) }), xt)
}

/** One line of JSON for each question. */
function entriesOf(told: string): Entries | undefined {
  const all: Entries = []
  for (const line of told.split('\n').filter(Boolean)) {
    const read = v.safeParse(listing, parsed(line))
    if (!read.success) return undefined
    all.push(...read.output.nftables)
  }
  return all
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

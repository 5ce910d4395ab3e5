import { describe, expect, test } from 'vitest'
import { forwardChains, parseRules } from '../../../src/facts/net/rules-told.ts'
import { box } from '../box.ts'

const chains = 'nft -j "list tables; list chains"'

describe('a chain for all that is forwarded', () => {
  test.each([
    ['drop', true],
    ['counter log prefix gone drop', true],
    ['reject with icmpx type admin-prohibited', true],
    ['iifname lo drop', false],
    ['limit rate 1/second drop', false],
    ['counter', false],
    ['accept', false],
    ['jump own', false],
  ])('that ends with %j', async (rule, drops) => {
    const bench = await box()
    await bench.run(
      [
        'nft add table inet theirs',
        'nft add chain inet theirs own',
        'nft add rule inet theirs own drop',
        'nft add chain inet theirs pass "{ type filter hook forward priority 10; }"',
        'nft add rule inet theirs pass ct state established accept',
        `nft add rule inet theirs pass ${rule}`,
      ].join(' && '),
    )
    const told = await bench.run(chains)
    const found = { family: 'inet', table: 'theirs', chain: 'pass' }
    expect(forwardChains(told)).toMatchObject([found])
    const within = await bench.run('nft -j list chain inet theirs pass')
    expect(parseRules(told, within)).toEqual({ ours: [], drops: drops ? [found] : [] })
  })

  test('ours is not looked into, nor one whose policy says it already', async () => {
    const bench = await box()
    await bench.run(
      [
        'nft add table ip cooper_web',
        'nft add chain ip cooper_web forward "{ type filter hook forward priority 0; }"',
        'nft add table ip filter',
        'nft add chain ip filter FORWARD "{ type filter hook forward priority 0; policy drop; }"',
        'nft add chain ip filter INPUT "{ type filter hook input priority 0; }"',
      ].join(' && '),
    )
    const told = await bench.run(chains)
    expect(forwardChains(told)).toEqual([])
    expect(parseRules(told)?.drops).toEqual([{ family: 'ip', table: 'filter', chain: 'FORWARD' }])
  })

  // As `iptables -A FORWARD …` leaves it with nft.
  test.each([
    [[{ xt: { type: 'target', name: 'REJECT' } }], true],
    [[{ xt: { type: 'match', name: 'comment' } }, { counter: {} }, { drop: null }], true],
    [[{ xt: { type: 'match', name: 'conntrack' } }, { drop: null }], false],
    [[{ xt: { type: 'target', name: 'MARK' } }], false],
  ])('a rule of iptables: %j', (expr, drops) => {
    const chain = { family: 'ip', table: 'filter', name: 'FORWARD', hook: 'forward', policy: 'accept' }
    const rule = { family: 'ip', table: 'filter', chain: 'FORWARD', expr }
    const found = parseRules(
      JSON.stringify({ nftables: [{ chain }] }),
      JSON.stringify({ nftables: [{ chain }, { rule }] }),
    )
    expect(found?.drops).toHaveLength(drops ? 1 : 0)
  })
})

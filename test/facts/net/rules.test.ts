import { describe, expect, test } from 'vitest'
import { parseRules } from '../../../src/facts/net/rules-told.ts'
import { box } from '../box.ts'

describe('rules', () => {
  test('our tables, and who drops what is forwarded', async () => {
    const bench = await box()
    await bench.run(
      [
        'nft add table ip cooper_web',
        'nft add chain ip cooper_web f "{ type filter hook forward priority 0; policy drop; }"',
        'nft add table inet theirs',
        'nft add chain inet theirs FORWARD "{ type filter hook forward priority 0; policy drop; }"',
        'nft add chain inet theirs INPUT "{ type filter hook input priority 0; policy drop; }"',
        'nft add chain inet theirs own',
      ].join(' && '),
    )
    expect(parseRules(await bench.run('nft -j "list tables; list chains"'))).toEqual({
      ours: [{ family: 'ip', name: 'cooper_web' }],
      drops: [{ family: 'inet', table: 'theirs', chain: 'FORWARD' }],
    })
  })

  test('what is no list of rules is none', () => {
    expect(parseRules('')).toEqual({ ours: [], drops: [] })
    expect(parseRules('{"nftables": [{"chain": {}}]}')).toBeUndefined()
    expect(parseRules('Operation not permitted')).toBeUndefined()
  })
})

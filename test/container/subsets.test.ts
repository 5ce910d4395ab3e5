import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import type { Namespace } from '../../src/kernel/index.ts'
import { inode } from '../support/child.ts'
import { launched, planFor } from '../support/launch.ts'

const isRoot = process.getuid!() === 0
const kinds: Namespace[] = ['pid', 'mnt', 'net', 'uts', 'ipc', 'user']
const subsets = Array.from({ length: 64 }, (_, bits) => kinds.filter((_, i) => bits & (1 << i)))

const look = `
for kind in ${kinds.join(' ')}; do stat -L -c "$kind %i" /proc/self/ns/$kind; done
echo "name $(uname -n)"
echo "self $$"
echo "procs $(ls -d /proc/[0-9]* | wc -l)"
echo "id $(id -u)"
echo "links $(grep -c : /proc/net/dev)"
`

describe('what is asked for is what there is', () => {
  test.each(subsets.map((only) => [only.join(',') || 'nothing', only] as const))('%s', async (_, only) => {
    const plan = planFor({
      argv: ['sh', '-c', look],
      only,
      hostname: only.includes('uts') ? 'a-box' : undefined,
    })
    const { printed, code, trace } = await launched(plan)
    expect(code, printed).toBe(0)
    const facts = new Map(
      printed
        .trim()
        .split('\n')
        .map((line) => line.split(' ') as [string, string]),
    )
    // Without root the key to the others comes along.
    const made = new Set<Namespace>(only.length && !isRoot ? [...only, 'user'] : only)
    for (const kind of kinds) {
      const differs = Number(facts.get(kind)) !== inode(kind)
      expect([kind, differs]).toEqual([kind, made.has(kind)])
    }
    if (made.has('uts')) expect(facts.get('name')).toBe('a-box')
    if (made.has('pid')) expect(facts.get('self')).toBe('1')
    // A /proc of its own needs mounts of its own.
    if (made.has('pid') && made.has('mnt')) expect(Number(facts.get('procs'))).toBeLessThan(6)
    if (made.has('user')) expect(facts.get('id')).toBe('0')
    expect(trace.every(({ errno }) => errno === 0)).toBe(true)
    expect(
      trace
        .filter(({ call }) => call.piece)
        .map(({ call }) => call.do)
        .sort(),
    ).toEqual(plan.calls.map((call) => call.do).sort())
  })
})

test('the host name of the machine is not changed by any of it', async () => {
  const before = hostname()
  await launched(planFor({ argv: ['true'], hostname: 'other' }))
  expect(hostname()).toBe(before)
})

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compose, resolve, toScript, type Wish } from '../../src/container/index.ts'
import { baseRoot } from '../../src/workbench/base/base.ts'
import { own } from '../../src/workbench/base/contents.ts'
import { whoAmI } from '../../src/workbench/index.ts'
import { path, run } from './run.ts'

// The same plan, launched by us and by the shell script it is printed as: the kernel must tell the same of both.

const isRoot = process.getuid!() === 0

let scratch: string
let base: string

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'cooper-script-'))
  base = await baseRoot()
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** What a process inside can tell: its mounts with their options, names, ids, capabilities, links and devices. */
const facts = `
echo "pid $$"
uname -n
cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups
grep -E '^(Uid|Gid|Groups|CapInh|CapEff|CapPrm|CapBnd|CapAmb|NoNewPrivs)' /proc/self/status
awk '{ print $4, $5, $6; for (i = 7; $i != "-"; i++) print "  " $i; print "  " $(i + 1), $(i + 3) }' /proc/self/mountinfo
cat /proc/net/dev | awk '{ print $1 }'
ls -l /dev | awk '{ print $1, $NF }'
test -w / && echo "/ can be written"
pwd
for kind in pid mnt net uts ipc user; do
  [ "$(readlink /proc/self/ns/$kind)" = "$(eval echo \\$$kind)" ] && echo "$kind shared"
done
true
`

const whole = { whole: true } as const
const plans: [name: string, wish: Partial<Wish> & { whole?: true }][] = [
  ['everything but users', { hostname: 'box', ...whole }],
  ['everything', { only: ['pid', 'mnt', 'net', 'uts', 'ipc', 'user'], hostname: 'box', ...whole }],
  ['numbers and users', { only: ['pid', 'user'] }],
  ['mounts alone, the root as it is', { only: ['mnt'] }],
  [
    'a root, but the network and the numbers of the machine',
    { only: ['mnt', 'uts'], hostname: 'box', ...whole },
  ],
  ['a network alone', { only: ['net'] }],
  ['another user, in a directory', { hostname: 'box', user: isRoot ? 'cooper' : '0', cwd: '/tmp', ...whole }],
  ['a root of its own that cannot be written', { hostname: 'box', readOnly: true, ...whole }],
  [
    'volumes',
    { only: ['pid', 'mnt', 'user'], ...whole, volumes: ['/usr/share:/srv:ro', '/etc/hostname:/tmp/name'] },
  ],
]

/** The namespaces we are in ourselves, for the script of facts to compare with. */
async function ours(): Promise<Record<string, string>> {
  const kinds = ['pid', 'mnt', 'net', 'uts', 'ipc', 'user']
  const { stdout } = await promisify(execFile)(
    'readlink',
    kinds.map((kind) => `/proc/self/ns/${kind}`),
  )
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((link, index) => [kinds[index]!, link]),
  )
}

/** Numbers that differ from launch to launch, and mean nothing. */
const steady = (text: string) =>
  text
    .replace(/^pid (?!1$)\d+/gm, 'pid N')
    .replace(/(shared|master|propagate_from):\d+/g, '$1:N')
    .trim()

describe('the dry run of', () => {
  test.each(plans)('%s', async (_, { whole, ...wish }) => {
    const env = { PATH: path, ...(await ours()) }
    const wished = { argv: ['sh', '-c', facts], env, base: whole && { root: base, own }, ...wish }
    const launched = await run(wished)
    const { box, pieces } = resolve(wished, whoAmI())
    const file = join(scratch, 'script.sh')
    writeFileSync(file, toScript(compose(box, pieces)))
    const { stdout } = await promisify(execFile)('sh', [file], { env })
    expect(launched.code).toBe(0)
    expect(steady(launched.output)).toContain('pid')
    expect(steady(stdout)).toBe(steady(launched.output))
  })
})

test('every call of a plan stands in its script, with its reason', () => {
  const { box, pieces } = resolve(
    { argv: ['true'], env: {}, hostname: 'box', base: { root: base, own }, readOnly: true },
    whoAmI(),
  )
  const plan = compose(box, pieces)
  const script = toScript(plan)
  for (const { why } of plan.calls.filter(({ at }) => at !== 'become')) expect(script).toContain(why)
})

test('a shell agrees that it is a script', async () => {
  const { box, pieces } = resolve({ argv: ['echo', "it's", '$HOME'], env: {}, root: base }, whoAmI())
  await promisify(execFile)('sh', ['-n', '-c', toScript(compose(box, pieces))])
})

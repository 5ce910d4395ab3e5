// unshare --net sh -c 'ip link set lo up; npx tsx site/build/record-run.ts'     as root
//
// Runs the container of the page "Anatomy of a run", and writes down how long each of its calls took.
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compose, explainCall, launch, resolve } from '../../src/container/index.ts'
import { baseRoot } from '../../src/workbench/base/base.ts'
import { own } from '../../src/workbench/base/contents.ts'
import { whoAmI } from '../../src/workbench/who.ts'
import { callsOf, type RecordedRun, runFile } from './anatomy.ts'
import { root } from './project.ts'

/** The page says it in words. The piece cgroup is left out: its calls are others on every machine. */
const wish = {
  argv: ['true'],
  only: ['pid', 'mnt', 'net', 'uts', 'ipc', 'user'],
  hostname: 'box',
  user: '1000:1000',
  publish: ['8080:80'],
}

/** Who runs it once runs it with cold caches, and one time among many is an accident. */
const times = 9

const nothing = openSync('/dev/null', 'r+')
const runs: RecordedRun[] = []
for (let time = 0; time < times; time++) runs.push(await once())
closeSync(nothing)
runs.sort((a, b) => tookIn(a) - tookIn(b))
const median = runs[(times - 1) / 2]!
writeFileSync(join(root, runFile), `${JSON.stringify(median, null, 1)}\n`)
console.log(`${runFile}: ${median.calls.length} calls, ${Math.round(tookIn(median) / 1000)} µs in all`)

async function once(): Promise<RecordedRun> {
  const { box, pieces } = resolve({ ...wish, base: { root: await baseRoot(), own } }, whoAmI())
  // Whom this machine asks for names is its own affair.
  if (box.layers) box.layers.files['resolv.conf'] = 'nameserver 192.0.2.53\n'
  const plan = compose(box, pieces)
  const kept = structuredClone(box)
  const { trace, exit } = await launch(plan, { stdio: [nothing, nothing, nothing] })
  await exit
  const took = new Map(
    trace.map(({ call, nanoseconds }) => [`${call.at}: ${explainCall(call).call}`, nanoseconds]),
  )
  const calls = callsOf(plan).map(({ key }): [string, number] => [key, took.get(key) ?? 0])
  return { box: kept, pieces: pieces.map(({ name }) => name), calls }
}

function tookIn({ calls }: RecordedRun): number {
  return calls.reduce((sum, [, nanoseconds]) => sum + nanoseconds, 0)
}

// A Node process of its own for tests that kill it, or that give it descriptors. Says on one line each what it made.
import { readFileSync, readlinkSync } from 'node:fs'
import { type Act, type Namespace, nativeFile, spawn } from '../../src/kernel/index.ts'
import { mapOwnId, planOf, Refused } from './plan.ts'

const [what = '', ...rest] = process.argv.slice(2)
const failed = (failure: object) => new Refused(failure as never)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const born = (pid: number) => mapOwnId(pid)
const forEver = new Promise<void>(() => {})

/** Each way of being in the middle of something; prints `pid N` for every process that must not outlive us. */
const scenes: Record<string, () => Promise<void>> = {
  async list() {
    const ours = ['7', '9', '63'].filter((fd) => readlinkSync(`/proc/self/fd/${fd}`))
    say(`ours: ${ours.join(' ')}`)
    const line = 'cd /proc/self/fd; l=; for fd in *; do test -e $fd && l="$l $fd"; done; echo theirs:$l'
    const two = [0, 1].map(() => spawn(planOf({ argv: ['sh', '-c', line] }), { failed }))
    await Promise.all((await Promise.all(two)).map(({ exit }) => exit))
  },
  async waiting() {
    const told = (pid: number) => {
      say(`pid ${pid}`)
      return forEver
    }
    await Promise.all([
      spawn(planOf({}), { failed, born: told }),
      spawn(planOf({ clone: ['user', 'pid'] }), { failed, born: told }),
    ])
  },
  async calling() {
    // Opening a pipe that nobody reads is a call that never ends.
    const calls: Act[] = [{ do: 'write', args: { at: rest[0]!, text: '' } }]
    const told = (pid: number) => say(`pid ${pid}`)
    const mapAndTell = (pid: number) => {
      mapOwnId(pid)
      told(pid)
    }
    await Promise.all([
      spawn(planOf({ calls }), { failed, born: told }),
      spawn(planOf({ clone: ['user', 'pid'], calls }), { failed, born: mapAndTell }),
    ])
  },
  async running() {
    const argv = ['sleep', '1000']
    const plain = await spawn(planOf({ argv }), { failed })
    const boxed = await spawn(planOf({ argv, clone: ['user', 'pid'] }), { failed, born })
    say(`pid ${plain.pid}\npid ${boxed.pid}`)
    await forEver
  },
  async changed() {
    const argv = ['sleep', '1000']
    const calls: Act[] = [
      { do: 'setgid', args: { gid: 0 } },
      { do: 'setuid', args: { uid: 0 } },
      { do: 'unshare', args: { namespaces: ['user'] } },
    ]
    const boxed = await spawn(planOf({ argv, clone: ['user', 'pid'], calls }), { failed, born })
    say(`pid ${boxed.pid}`)
    await forEver
  },
  async root() {
    const argv = ['sleep', '1000']
    const calls: Act[] = [
      { do: 'setgid', args: { gid: 65534 } },
      { do: 'setuid', args: { uid: 65534 } },
    ]
    const plain = await spawn(planOf({ argv, calls }), { failed })
    say(`pid ${plain.pid}`)
    await forEver
  },
  async nested() {
    const argv = ['sleep', '1000']
    const calls: Act[] = [{ do: 'clone', args: { namespaces: ['pid'], beside: 0 } }]
    const boxed = await spawn(planOf({ argv, clone: ['user'], calls }), {
      failed,
      born: (pid, nth) => (nth ? undefined : mapOwnId(pid)),
    })
    say(`pid ${boxed.pid}`)
    await forEver
  },
  family: () => family([], ['user', 'pid', 'mnt']),
  adopted: () => family([nativeFile('init')], ['user']),
}

/** Grandchildren that left the session and the terminal; only a namespace, or an init, holds them. */
async function family(init: string[], clone: Namespace[]): Promise<void> {
  const line =
    'setsid sleep 1000 & setsid setsid sleep 1000 & unshare -fp sleep 1000 & (setsid sleep 1000 &) ; sleep 0.2; exec sleep 1000'
  const boxed = await spawn(planOf({ argv: [...init, 'sh', '-c', line], clone }), { failed, born })
  const ns = readlinkSync(`/proc/${boxed.pid}/ns/user`)
  const { readdirSync } = await import('node:fs')
  await new Promise((resolve) => setTimeout(resolve, 400))
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/ns/user`) === ns && readFileSync(`/proc/${pid}/cmdline`))
        say(`pid ${pid}`)
    } catch {
      // Gone, or not ours to look at.
    }
  }
  await forEver
}

// Without a timer Node would end while it waits for a promise that nothing can keep.
const timer = setInterval(() => {}, 1000)
const ready = scenes[what]!()
setTimeout(() => say('ready'), 600)
await ready
clearInterval(timer)
process.exit(0)

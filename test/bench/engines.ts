import { execFile } from 'node:child_process'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { lastingTrace, removeGroups } from '../support/traces.ts'
import type { Contest } from './engines/ground.ts'

/** A side of the contest: the median in milliseconds. */
export interface Side {
  ms: number
  /** Ours, when no other container runs: then the bridge is made and taken away again, too. */
  alone?: number
  /** What it did not do, or did otherwise than the others. */
  note?: string
}

export interface Engines {
  /** Of each side, in turns. */
  rounds: number
  sides: Record<string, Side>
  /** Engines that could not take part, and why. */
  missing: Record<string, string>
}

// Node is process 1 there: with it the daemons end.
const spaces = ['-mnpf', '--mount-proc', '--kill-child']
// Of what engines write outside their directories nothing reaches the machine; nor is a module loaded for them.
const script = `
  set -e
  mount -t tmpfs run /run
  for dir in /etc /var/lib; do
    mkdir -p /run/upper$dir /run/work$dir
    mount -t overlay overlay -o lowerdir=$dir,upperdir=/run/upper$dir,workdir=/run/work$dir $dir
  done
  if modprobe=$(command -v modprobe); then mount --bind /bin/true "$modprobe"; fi
  ip link set lo up
  exec "$@"`
const start = `
  const [, program, contest] = process.argv
  const { hold } = await import(program)
  console.log(JSON.stringify(await hold(JSON.parse(contest))))
  process.exit()`

/**
 * Runs `true` in a full container, with network, layers and limits, by each engine that is installed and by us, in turns.
 * All of it in namespaces of its own: neither a daemon nor a bridge nor a rule is the machine's.
 *
 * @throws when there cannot be an engine here
 */
export async function measureEngines(directory: string): Promise<Engines> {
  if (process.getuid!() !== 0) throw new Error('engines take root')
  const trace = lastingTrace()
  if (trace) throw new Error(trace)
  const group = basename(directory)
  const contest: Contest = { directory, group, rounds: 25 }
  const program = [join(directory, 'bundle', 'contest.js'), JSON.stringify(contest)]
  const node = [process.execPath, '--input-type=module', '-e', start, '--', ...program]
  try {
    const { stdout } = await promisify(execFile)('unshare', [...spaces, 'sh', '-c', script, 'sh', ...node])
    return JSON.parse(stdout)
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string }
    throw new Error(stderr.trim() || message)
  } finally {
    removeGroups(group)
  }
}

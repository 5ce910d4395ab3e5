import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { projectFile } from '../../src/kernel/index.ts'
import { lastingTrace, removeGroups } from './traces.ts'
import { which } from './which.ts'

/** Why there can be no real engine here; undefined when there can. */
export function noEngine(...programs: string[]): string | undefined {
  if (process.getuid!() !== 0) return 'an engine takes root'
  const missing = programs.filter((program) => !which(program))
  if (missing.length > 0) return `${missing.join(', ')} not installed`
  return lastingTrace()
}

/**
 * Where a real engine can be started and leaves nothing. `dir` goes with the test; `root` in it is a root file system,
 * empty but for links into /usr, which has to be mounted there; groups under the name `group` go with the test, too.
 *
 * `run` runs a script in mount, network and PID namespaces of its own, and with an own /run, so that the machine sees
 * nothing of what an engine makes; what the script started ends with it. What it prints is parsed as JSON, one value
 * between two lines of `=====`.
 */
export function workshop() {
  const dir = mkdtempSync(join(tmpdir(), 'cooper-engine-'))
  const group = `cooper-test-${process.pid}-${dir.slice(-6)}`
  onTestFinished(() => {
    rmSync(dir, { recursive: true, force: true })
    removeGroups(group)
  })
  const root = join(dir, 'root')
  for (const name of ['usr', 'proc', 'sys', 'dev', 'etc', 'tmp'])
    mkdirSync(join(root, name), { recursive: true })
  for (const name of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name))
  return { dir, root, group, run: (script: string) => run(dir, script) }
}

async function run(dir: string, script: string) {
  const line = `
    set -e
    mount -t tmpfs run /run
    if modprobe=$(command -v modprobe); then mount --bind /bin/true "$modprobe"; fi
    ip link set lo up
    cd ${dir}
    cooper() { node ${JSON.stringify(projectFile('dist/cooper.cjs'))} "$@"; }
    trap 'cat log >&2' ERR
    ${script}`
  const argv = ['-mnpf', '--mount-proc', '--kill-child', 'timeout', '-s', 'KILL', '50', 'bash', '-c', line]
  const { stdout } = await promisify(execFile)('unshare', argv, { maxBuffer: 16 * 1024 * 1024 })
  return stdout.split('=====\n').map((text) => JSON.parse(text))
}

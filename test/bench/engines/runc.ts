import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Ground, limits, type Ready } from './ground.ts'
import { installed } from './installed.ts'

/** What docker and podman start in the end. Its root file system, an overlay, is mounted beforehand. */
export async function runc({ directory, group, base }: Ground): Promise<Ready> {
  installed('runc')
  const dir = join(directory, 'runc')
  for (const name of ['rootfs', 'upper', 'work']) mkdirSync(join(dir, name), { recursive: true })
  const layers = `lowerdir=${base},upperdir=${dir}/upper,workdir=${dir}/work`
  execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', layers, join(dir, 'rootfs')])
  execFileSync('runc', ['spec', '-b', dir])
  const file = join(dir, 'config.json')
  const spec = JSON.parse(readFileSync(file, 'utf8'))
  Object.assign(spec.process, { terminal: false, args: ['true'] })
  spec.root.readonly = false
  spec.linux.cgroupsPath = `/${group}/runc`
  Object.assign(spec.linux.resources, { memory: { limit: limits.bytes }, pids: { limit: limits.pids } })
  writeFileSync(file, JSON.stringify(spec))
  return {
    launch: ['runc', '--root', `${dir}.state`, 'run', '-b', dir, group],
    note: 'its layers are mounted beforehand, and it makes no bridge, cable or rule',
  }
}

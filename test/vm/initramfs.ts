import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { which } from '../support/which.ts'

/**
 * The first root file system, in memory (Documentation/filesystems/ramfs-rootfs-initramfs.rst): it loads what the kernel
 * needs to see its disk, and goes on there. The lessons need a real disk: nobody can pivot_root away from this one.
 *
 * @returns its file
 */
export function makeInitramfs(directory: string, modules: string[]): string {
  const root = join(directory, 'initramfs')
  mkdirSync(join(root, 'modules'), { recursive: true })
  cpSync(which('busybox')!, join(root, 'busybox'), { dereference: true })
  // Numbered, so that a shell's * has them in order.
  const names = modules.map((file, index) => `${String(index).padStart(3, '0')}-${basename(file)}`)
  for (const [index, name] of names.entries()) cpSync(modules[index]!, join(root, 'modules', name))
  cpSync(join(import.meta.dirname, 'guest/initramfs.sh'), join(root, 'init'))
  chmodSync(join(root, 'init'), 0o755)
  const list = ['.', 'busybox', 'init', 'modules', ...names.map((name) => join('modules', name))]
  const archive = execFileSync('busybox', ['cpio', '-o', '-H', 'newc'], {
    cwd: root,
    input: `${list.join('\n')}\n`,
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const file = join(directory, 'initramfs.cpio')
  writeFileSync(file, archive)
  return file
}

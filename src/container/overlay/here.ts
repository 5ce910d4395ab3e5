import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { release } from 'node:os'

/** What decides whether a root of layers with its upper in memory can be. */
export interface Kernel {
  /** `6.1.0-18-amd64` */
  release: string
  /** The file system is there, or a module that the kernel will load when it is asked for. */
  overlay: boolean
}

let known: Kernel | undefined

/** This machine's; looked at once. */
export function thisKernel(): Kernel {
  const listed = () => /\boverlay$/m.test(readFileSync('/proc/filesystems', 'utf8'))
  const module = `/lib/modules/${release()}/kernel/fs/overlayfs`
  known ??= { release: release(), overlay: listed() || existsSync(module) }
  return known
}

/**
 * Why a root of layers cannot be here, with an upper in memory; undefined: it can. `nested`: in a user namespace. The
 * versions are those of overlayfs.rst, and of tmpfs, which keeps `user.*` attributes from 6.6 on.
 */
export function whyNoLayers(nested: boolean, kernel: Kernel = thisKernel()): string | undefined {
  if (!kernel.overlay) return 'this kernel has no overlay file system'
  const [major = 0, minor = 0] = kernel.release.split('.').map(Number.parseFloat)
  const version = major * 1000 + minor
  if (nested && version < 5011)
    return `Linux ${major}.${minor} mounts overlays for the first root only (5.11)`
  if (nested && version < 6006)
    return `Linux ${major}.${minor} keeps no notes in memory for the root of a user namespace (6.6), and an overlay needs them`
  return undefined
}

const overlayMagic = 0x794c7630

/** Whether a directory is on an overlay itself (statfs(2)): the kernel stacks two, and the third is refused. */
export const isOnOverlay = (path: string) => statfsSync(path).type === overlayMagic

import type { OverlayMountArgs } from './overlay-mount.ts'
import type { Cause, Sight } from './verb.ts'

// The kernel says EINVAL to every mistake there is in a list of layers, and the reason to its log alone. But each of
// the mistakes can be seen.

interface Mount {
  id: string
  at: string
  options: string[]
  type: string
}

function mountsIn(sight: Sight): Mount[] {
  return sight
    .proc('mountinfo')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [id = '', , , , at = '', options = ''] = line.split(' ')
      const [type = ''] = line.split(' - ')[1]?.split(' ') ?? []
      const plain = at.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
      return { id, at: plain, options: options.split(','), type }
    })
}

/** `inner` is `outer`, or below it. */
const isIn = (inner: string, outer: string) => `${inner}/`.startsWith(`${outer === '/' ? '' : outer}/`)

/** The mount that a path lies on: the last one made at the longest way to it. */
function mountOf(path: string, mounts: Mount[]): Mount | undefined {
  return mounts
    .filter(({ at }) => isIn(path, at))
    .reduce<Mount | undefined>(
      (best, one) => (best && best.at.length > one.at.length ? best : one),
      undefined,
    )
}

// Without whiteouts, or without the extended attributes in which an overlay keeps its notes (overlayfs.rst, "Upper
// and Lower").
const noUpper =
  /^(overlay|nfs\d?|cifs|smb3|9p|vfat|msdos|exfat|ntfs3?|iso9660|squashfs|erofs|proc|sysfs|cgroup2?|fuse.*)$/

/** Whether an upper cannot lie on a file system of this type. */
export const cannotHoldUpper = (type: string) => noUpper.test(type)

// Their names are not compared byte by byte, or their directories change without telling: the kernel takes none of them
// as a layer (ovl_dentry_weird of fs/overlayfs/util.c).
const noLower = /^(proc|autofs|vfat|msdos|exfat|ntfs3?|cifs|smb3|hfs|hfsplus|efivarfs)$/

/** Something that is there, and is no directory. */
export function notDirectory({ lower, upper, work }: OverlayMountArgs, sight: Sight): Cause | undefined {
  const path = [...lower, upper, work].find((one) => one !== undefined && sight.kind(one) !== 'directory')
  // A link may lead to one: that was not it.
  return path === undefined || sight.kind(path) === 'link'
    ? undefined
    : { because: `${path} is not a directory` }
}

/** Which of the mistakes it was. */
export function refusedLayers(args: OverlayMountArgs, sight: Sight): Cause | undefined {
  const { lower, upper, work } = args
  const mounts = mountsIn(sight)
  if (upper !== undefined && work === undefined)
    return {
      because: 'an upper needs a work directory too: the kernel prepares each change there before it appears',
      remedy: `an empty directory on the same mount, beside the upper: workdir=${upper}.work`,
    }
  if (upper === undefined && lower.length < 2)
    return { because: 'without an upper it takes two lower directories or more: one alone is no union' }
  if (lower.length > 500)
    return { because: `an overlay has at most 500 lower directories, and these are ${lower.length}` }
  return (
    notDirectory(args, sight) ??
    (upper !== undefined && work !== undefined ? refusedUpper(upper, work, mounts) : undefined) ??
    refusedLower(args, mounts)
  )
}

function refusedUpper(upper: string, work: string, mounts: Mount[]): Cause | undefined {
  if (isIn(work, upper) || isIn(upper, work)) {
    const [inner, outer] = isIn(work, upper) ? [work, upper] : [upper, work]
    return {
      because: `${inner} is inside ${outer}: the work directory and the upper must lie side by side`,
      remedy: `workdir=${upper}.work`,
    }
  }
  const [above, beside] = [mountOf(upper, mounts), mountOf(work, mounts)]
  if (!above || !beside) return undefined
  if (cannotHoldUpper(above.type))
    return {
      because: `${upper} is on ${above.type}, which cannot hold an upper`,
      remedy: 'take a directory on ext4, xfs, btrfs or tmpfs; a container on Docker has these in its volumes',
    }
  if (above.id !== beside.id)
    return {
      because: `the work directory lies on another mount (${beside.at}) than the upper (${above.at}); a change is renamed from one to the other, and that works within one mount only`,
      remedy: 'take a directory below that mount for both',
    }
  if (above.options.includes('ro')) return { because: `${upper} lies on a mount that is read-only` }
  return undefined
}

function refusedLower({ lower, userxattr }: OverlayMountArgs, mounts: Mount[]): Cause | undefined {
  const odd = lower.find((path) => noLower.test(mountOf(path, mounts)?.type ?? ''))
  if (odd !== undefined)
    return {
      because: `${odd} is on ${mountOf(odd, mounts)?.type}, which cannot be a layer`,
      remedy: 'copy what you need of it into a directory, and take that',
    }
  const stacked = lower.find((path) => mountOf(path, mounts)?.type === 'overlay')
  if (stacked !== undefined)
    return {
      because: `${stacked} is on an overlay, which may lie on another one itself: the kernel stacks two, and not three`,
      remedy: 'take layers that are on a plain file system: a volume, a tmpfs',
    }
  const locked = lower.find((path) => mounts.some(({ at }) => at !== path && isIn(at, path)))
  if (userxattr && locked !== undefined)
    return {
      because: `there are mounts below ${locked}, and in a user namespace they are locked to it: it cannot be a layer alone`,
      remedy: 'take the directories below that hold no mounts, one by one: /usr, /etc',
    }
  return undefined
}

/** ELOOP: layers that hold one another, or links that go in a circle. */
export function overlapping({ lower, upper, work }: OverlayMountArgs): Cause {
  const layers = [...lower, upper, work].filter((path) => path !== undefined)
  for (const [index, outer] of layers.entries()) {
    const inner = layers.find((path, other) => other !== index && isIn(path, outer))
    if (inner !== undefined)
      return {
        because: `${inner} is ${inner === outer ? 'named twice' : `inside ${outer}`}: layers may not overlap`,
      }
  }
  return { because: 'links on the way to one of the layers lead in a circle, or into another layer' }
}

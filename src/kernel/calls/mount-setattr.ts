import { type Path, plain, sayPath, shellPath } from './path.ts'
import { verb } from './verb.ts'

const readOnly = 1 // MOUNT_ATTR_RDONLY

/** mount_setattr(2): makes what is mounted at `at`, and all below it, read-only. */
export interface MountSetattrArgs {
  at: Path
  rec?: boolean
}

// #region call
export const mountSetattr = verb<MountSetattrArgs>({
  encode: ({ at, rec }) => ['mountSetattr', at, readOnly, rec ? 1 : 0],
  say: ({ at, rec }) =>
    `mount_setattr(AT_FDCWD, ${sayPath(at)}, ${rec ? 'AT_RECURSIVE' : '0'}, {MOUNT_ATTR_RDONLY})`,
  // mount(8) can do a whole tree at once from util-linux 2.39 on; this way works before, too.
  shell: ({ at, rec }) =>
    rec
      ? `findmnt -R -n -l -o TARGET ${shellPath(at)} | xargs -d '\\n' -n 1 mount -o remount,bind,ro`
      : `mount -o remount,bind,ro ${shellPath(at)}`,
  causes: {
    EINVAL: ({ at }) => ({
      because: `${plain(at)} is no mount point`,
      remedy: `bind it onto itself first: mount --bind ${plain(at)} ${plain(at)}`,
    }),
    ENOSYS: () => ({ because: 'this kernel is older than 5.12', remedy: 'cooper doctor' }),
  },
})
// #endregion call

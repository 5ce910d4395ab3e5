import { type Path, plain, sayPath, shellPath } from './path.ts'
import { verb } from './verb.ts'

/** mknod(2): a character device. */
export interface MknodArgs {
  at: Path
  device: [major: number, minor: number]
  mode?: number
}

const characterDevice = 0o020000

// #region call
export const mknod = verb<MknodArgs>({
  encode: ({ at, device: [major, minor], mode = 0o666 }) => [
    'mknod',
    at,
    characterDevice | mode,
    major,
    minor,
  ],
  say: ({ at, device: [major, minor], mode = 0o666 }) =>
    `mknod(${sayPath(at)}, S_IFCHR | 0${mode.toString(8)}, makedev(${major}, ${minor}))`,
  shell: ({ at, device: [major, minor], mode = 0o666 }) =>
    `mknod -m ${mode.toString(8)} ${shellPath(at)} c ${major} ${minor}`,
  causes: {
    EPERM: () => ({
      because:
        'device nodes may be made only with CAP_MKNOD over the machine itself, never in a user namespace',
      remedy: 'bind the machine’s own node instead: mount --bind /dev/null dev/null',
    }),
    EEXIST: ({ at }) => ({ because: `${plain(at)} is there already` }),
  },
})
// #endregion call

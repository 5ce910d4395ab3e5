import { closeSync, openSync, writeSync } from 'node:fs'
import { quoted, verb, word } from './verb.ts'

/**
 * One write(2) to a file of the child's /proc directory: its id maps. Made by whoever stands beside the child, on
 * the machine or in the namespace the child was made from. See user_namespaces(7), "Defining user and group ID mappings".
 */
export interface WriteOfChildArgs {
  file: 'uid_map' | 'gid_map' | 'setgroups'
  text: string
}

const writtenOnce = (file: string) => ({
  because: `${file} may be written once, each id may stand in it once, and without CAP_SETUID over the parent namespace only one's own id may be mapped (after "deny" was written to setgroups)`,
})

// #region call
export const writeOfChild = verb<WriteOfChildArgs>({
  encode: ({ file, text }) => ['writeOfChild', file, text],
  run: ({ file, text }, { child }) => {
    const map = openSync(`/proc/${child}/${file}`, 'r+')
    try {
      writeSync(map, text)
    } finally {
      closeSync(map)
    }
  },
  say: ({ file, text }) => `write(open("/proc/CHILD/${file}"), ${quoted(text)})`,
  shell: ({ file, text }) => `printf %s ${word(text)} > /proc/$CHILD/${file}`,
  causes: {
    EPERM: ({ file }) => writtenOnce(file),
    EINVAL: ({ file }) => writtenOnce(file),
    ENOENT: () => ({ because: 'the child is gone' }),
  },
})
// #endregion call

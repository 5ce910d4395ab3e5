import { constants, writeFileSync } from 'node:fs'
import { type Path, plain, sayPath, shellPath } from './path.ts'
import { quoted, verb, word } from './verb.ts'

/** open(2), one write(2), close(2). Without `create` the file must be there, as the kernel's own files are. */
export interface WriteArgs {
  at: Path
  text: string
  create?: number
}

const { O_CREAT, O_TRUNC } = constants

// #region call
export const write = verb<WriteArgs>({
  encode: ({ at, text, create }) => [
    'write',
    at,
    text,
    create === undefined ? 0 : O_CREAT | O_TRUNC,
    create ?? 0,
  ],
  run: ({ at, text, create }) =>
    writeFileSync(plain(at), text, { flag: create === undefined ? 'r+' : 'w', mode: create }),
  // A file that was there before has its text to lose, which nobody could give back: only what we make is undone.
  undo: ({ at, create }) => (create === undefined ? undefined : { do: 'unlink', args: { at: plain(at) } }),
  say: ({ at, text }) =>
    `write(open(${sayPath(at)}), ${quoted(text.length > 60 ? `${text.slice(0, 57)}...` : text)})`,
  shell: ({ at, text }) => (text ? `printf %s ${word(text)} > ${shellPath(at)}` : `: > ${shellPath(at)}`),
  causes: {
    ENOENT: ({ at }) => ({ because: `${plain(at)} is not there` }),
    EACCES: ({ at }) => ({ because: `the user may not write ${plain(at)}` }),
    EROFS: ({ at }) => ({ because: `${plain(at)} lies on a read-only mount` }),
  },
})
// #endregion call

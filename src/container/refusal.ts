import { lstatSync, readFileSync } from 'node:fs'
import { errnoCode, type Failure, KernelError, type Sight, verbOf } from '../kernel/index.ts'
import { type Chain, cloneOf } from './chain.ts'
import type { Plan, PlannedCall } from './compose.ts'
import { execCause } from './exec-cause.ts'

const learn = (made: PlannedCall) =>
  made.piece && `cooper learn ${verbOf(made).lesson ?? made.piece.lesson}, "Break it"`

/** What a cause may look at: the refused child, as long as it waits; the machine itself otherwise. */
function sightOf(pid: number | 'self', root: string): Sight {
  return {
    proc: (file) => {
      try {
        return readFileSync(`/proc/${pid}/${file}`, 'utf8')
      } catch {
        return ''
      }
    },
    kind: (path) => kindAt(path.startsWith('/') ? `/proc/${pid}/root${path}` : `/proc/${pid}/cwd/${path}`),
    inRoot: (path) => kindAt(`/proc/${pid}/root${root}/${path}`),
  }
}

function kindAt(path: string): ReturnType<Sight['kind']> {
  try {
    const about = lstatSync(path)
    if (about.isSymbolicLink()) return 'link'
    return about.isDirectory() ? 'directory' : about.isFile() ? 'file' : 'other'
  } catch {
    return undefined
  }
}

/** The error of a call that the kernel refused, with the cause that can be seen now. */
export function refused(
  made: PlannedCall,
  errno: number,
  { pid, root, cause }: { pid: number | 'self'; root: string; cause?: unknown },
): KernelError {
  const verb = verbOf(made)
  const found = verb.causes?.[errnoCode(errno)]?.(made.args, sightOf(pid, root))
  return new KernelError(
    {
      piece: made.piece?.name ?? made.do,
      call: verb.say(made.args),
      errno,
      because: [found?.because, sentenceOf(cause)].filter(Boolean).join('; ') || undefined,
      remedy: found?.remedy,
      learn: learn(made),
    },
    { cause },
  )
}

/** Some answer in words, too: netlink's extended acknowledgement, a program's standard error. */
function sentenceOf(cause: unknown): string | undefined {
  const sentence = (cause as { sentence?: string } | undefined)?.sentence
  return sentence && `in its own words: ${sentence}`
}

/** Why the program does not run, looked at while the child waits. */
export function whyNot(plan: Plan, chain: Chain, failure: Failure): KernelError {
  const { root } = plan.box
  switch (failure.what) {
    case 'clone':
      return refused(cloneOf(chain), failure.errno, { pid: 'self', root })
    case 'call':
      return refused(chain.calls[failure.index]!, failure.errno, { pid: failure.pid, root })
    case 'exec': {
      const { errno, path, pid } = failure
      const name = plan.box.argv[0]!
      const found = execCause(`/proc/${pid}`, path, errnoCode(errno), name)
      const tried = name.includes('/') || found.because.startsWith('no ') ? name : path
      return new KernelError({ piece: 'run', call: `execve(${JSON.stringify(tried)})`, errno, ...found })
    }
    case 'vanished': {
      const { code, signal } = failure.exit
      const end = signal ? `killed by signal ${signal}` : `ended with status ${code}`
      return new KernelError({
        piece: 'run',
        call: `the child was ${end} before its program ran`,
        errno: 0,
        because: 'something outside ended it, or its process 1 was gone',
      })
    }
  }
}

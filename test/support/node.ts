import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

/** A Node of its own that runs a script of this folder: something to be killed, by whoever made it. */
export interface OtherNode {
  process: ChildProcess
  /** Everything it printed so far. */
  printed(): string
  /** Resolves when it has printed this; fails when it ends before. */
  says(text: string): Promise<void>
  /** Ends it as nothing can be prepared for, and waits until it is gone. */
  kill(): Promise<void>
}

/** TypeScript is translated on the way, and nothing of that is kept. */
export function otherNode(script: string, args: string[] = [], env: Record<string, string> = {}): OtherNode {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TSX_DISABLE_CACHE: '1', ...env },
  })
  let printed = ''
  let heard = () => {}
  let over = false
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      heard()
    })
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      over = true
      heard()
      resolve()
    }),
  )
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  return {
    process: child,
    printed: () => printed,
    kill,
    says: (text) =>
      new Promise((resolve, reject) => {
        heard = () => {
          if (printed.includes(text)) resolve()
          else if (over) reject(new Error(`it ended before it said "${text}":\n${printed}`))
        }
        heard()
      }),
  }
}

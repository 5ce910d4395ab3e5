import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Bench, Check, Process } from '../../src/facts/index.ts'
import type { Stage, Typed, Typist } from '../../src/literate/index.ts'
import { folder } from '../support/folder.ts'

const MARK = /\x1b\](ready|more);(\d*)\x07/

/** A real bash on a real pty (that of script(1)), with its prompts as markers. */
export class Shell implements Typist {
  readonly #child: ChildProcess
  #text = ''
  #heard: () => void = () => {}

  constructor(env: Record<string, string>) {
    this.#child = spawn(
      'script',
      ['-qfec', 'stty -echo -onlcr; exec bash --norc --noprofile --noediting -i', '/dev/null'],
      {
        env: {
          PATH: process.env.PATH,
          TERM: 'dumb',
          HISTFILE: '/dev/null',
          HOME: '/nonexistent',
          PS1: '\\e]ready;$?\\a',
          PS2: '\\e]more;\\a',
          ...env,
        },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text
      this.#heard()
    })
  }

  async type(line: string): Promise<Typed> {
    if (!MARK.test(this.#text) && !this.#started) await this.#until(10_000)
    this.#started = true
    this.#text = ''
    this.#child.stdin?.write(`${line}\n`)
    const mark = await this.#until(600)
    if (!mark) return { output: this.#text, prompt: 'none' }
    const output = this.#text.slice(0, mark.index)
    if (mark[1] === 'more') return { output, prompt: 'more' }
    return { output, prompt: 'ready', status: Number(mark[2]) }
  }

  #started = false

  #until(ms: number): Promise<RegExpExecArray | undefined> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#heard = () => {}
        resolve(MARK.exec(this.#text) ?? undefined)
      }
      const timer = setTimeout(done, ms)
      this.#heard = () => MARK.test(this.#text) && done()
      this.#heard()
    })
  }

  close(): void {
    this.#child.kill('SIGKILL')
  }
}

/** A stage whose terminals are real shells in a directory of their own, which is all that its bench can read. It is gone after the test. */
export function open(over: Partial<Stage> = {}) {
  const dir = folder()
  const shells = new Map<string, Shell>()
  const read = (path: string) => {
    try {
      return readFileSync(join(dir, path), 'utf8')
    } catch {
      return undefined
    }
  }
  const stage: Stage = {
    bench: { read, processes: () => [] as Process[] } as Bench,
    cgroups: 'hybrid',
    async terminal(name) {
      const shell = shells.get(name) ?? new Shell({ DEMO: dir })
      shells.set(name, shell)
      return shell
    },
    observe: async (act) => ({ value: await act(), changed: [] }),
    probe: async () => ({ ok: true }),
    ...over,
  }
  onTestFinished(() => {
    for (const shell of shells.values()) shell.close()
  })
  return { stage, dir }
}

/** A check that wants a file to hold something. */
export function holds(path: string, text: string, claims: string[] = []): Check {
  return {
    claims,
    look(bench) {
      const saw = bench.read(path)?.trim() ?? 'no file'
      return { ok: saw === text, expected: text, saw, why: `${path} is what was written` }
    },
  }
}

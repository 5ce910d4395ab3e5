import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { within } from './child.ts'
import { forget } from './cooper.ts'
import { which } from './which.ts'

export interface WindowOptions {
  columns?: number
  rows?: number
  /** More of the environment than a clean one with a UTF-8 locale. */
  env?: Record<string, string>
}

/** Why there can be no tmux test here; undefined when there can. In CI that is no excuse. */
export function noTmux(): string | undefined {
  if (which('tmux')) return undefined
  if (process.env.CI) throw new Error('tmux is missing: the screens cannot be tested')
  return 'needs tmux'
}

/**
 * A terminal as a person has one: a window of a private tmux server with a shell in it, whose prompt is `outer> `.
 * Everything of it goes when the test ends.
 */
export class Window {
  /** Where the programs in it keep their state. */
  readonly state: string
  readonly #dir: string
  readonly #name: string
  readonly #target: string

  private constructor(dir: string, name: string, target: string) {
    this.#dir = dir
    this.#name = name
    this.#target = target
    this.state = join(dir, 'state')
  }

  static async open({ columns = 80, rows = 24, env = {} }: WindowOptions = {}): Promise<Window> {
    const dir = mkdtempSync(join(tmpdir(), 'cooper-tmux-'))
    const first = new Window(dir, `cooper-${process.pid}-${Math.random().toString(36).slice(2)}`, 'main:0')
    onTestFinished(() => first.#kill())
    const size = ['-x', String(columns), '-y', String(rows)]
    first.#tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'main', ...size, first.#shell(env))
    first.#tmux('set-option', '-g', 'history-limit', '20000')
    first.#tmux('set-option', '-g', 'remain-on-exit', 'on')
    await first.sees('outer>')
    return first
  }

  /** A second window of the same person: same state, its own shell. */
  async another(env: Record<string, string> = {}): Promise<Window> {
    const index = this.#tmux(
      'new-window',
      '-d',
      '-P',
      '-F',
      '#{window_index}',
      '-t',
      'main',
      this.#shell(env),
    )
    const window = new Window(this.#dir, this.#name, `main:${index.trim()}`)
    await window.sees('outer>')
    return window
  }

  /** Presses keys as tmux names them: `Enter`, `C-c`, `t`. */
  press(...keys: string[]): void {
    this.#tmux('send-keys', '-t', this.#target, ...keys)
  }

  /** Types a text, and Enter. */
  type(text: string): void {
    this.#tmux('send-keys', '-t', this.#target, '-l', text)
    this.press('Enter')
  }

  /** What is in the window now. */
  screen(): string {
    return this.#tmux('capture-pane', '-p', '-t', this.#target)
  }

  /** What is in it and what has scrolled off; lines that the terminal folded are one again. */
  history(): string {
    return this.#tmux('capture-pane', '-p', '-J', '-S', '-', '-t', this.#target)
  }

  /** What stands in the window after the last time this text was there. */
  after(text: string): string {
    const all = this.history()
    return all.slice(all.lastIndexOf(text) + text.length)
  }

  /** Waits until it can be read in the window; fails with what stands there instead. */
  async sees(text: string | RegExp, ms = 10_000): Promise<void> {
    const there = () => (typeof text === 'string' ? this.screen().includes(text) : text.test(this.screen()))
    if (!(await within(ms, there)))
      throw new Error(`no ${text} in the window after ${ms} ms:\n${this.screen()}`)
  }

  /** Waits until something else stands there. */
  async changes(before: string, ms = 10_000): Promise<void> {
    if (await within(ms, () => this.screen().trimEnd() !== before)) return
    throw new Error(`still the same after ${ms} ms:\n${before}`)
  }

  /** Waits for the shell's prompt; returns the status with which the program before it ended. */
  async status(): Promise<number> {
    await this.sees(/^outer>\s*$(?![\s\S]*\S)/m)
    const mark = Math.random().toString(36).slice(2)
    this.type(`echo "$? ${mark}"`)
    const line = new RegExp(`^(\\d+) ${mark}$`, 'm')
    await this.sees(line)
    return Number(line.exec(this.screen())![1])
  }

  /** Forgets what was printed so far. */
  clear(): void {
    this.#tmux('send-keys', '-t', this.#target, '-R')
    this.#tmux('clear-history', '-t', this.#target)
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-t', this.#target, '-x', String(columns), '-y', String(rows))
  }

  /** Takes the terminal away from the programs in it, as closing its window does. */
  close(): void {
    this.#tmux('kill-window', '-t', this.#target)
  }

  get title(): string {
    return this.#tmux('display-message', '-p', '-t', this.#target, '#{pane_title}').trim()
  }

  get cursorShown(): boolean {
    return this.#tmux('display-message', '-p', '-t', this.#target, '#{cursor_flag}').trim() === '1'
  }

  #shell(env: Record<string, string>): string {
    // What tests type is no history of whoever runs them.
    const all = { LANG: 'C.UTF-8', PS1: 'outer> ', HISTFILE: '', XDG_STATE_HOME: this.state, ...env }
    const words = Object.entries(all).map(([name, value]) => `${name}='${value}'`)
    const kept = ['PATH', 'HOME', 'USER'].map((name) => `${name}="$${name}"`)
    return `exec env -i TERM="$TERM" ${[...kept, ...words].join(' ')} bash --norc --noprofile`
  }

  #tmux(...args: string[]): string {
    const env = { ...process.env, SHELL: '/bin/sh', TMUX: '', TMUX_TMPDIR: this.#dir }
    return execFileSync('tmux', ['-u', '-L', this.#name, ...args], { encoding: 'utf8', env, stdio: 'pipe' })
  }

  #kill(): void {
    try {
      this.#tmux('kill-server')
    } catch {
      // It ended with its last window.
    }
    forget(this.state)
    rmSync(this.#dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  }
}

import { readFileSync, statSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { ReadStream } from 'node:tty'
import {
  type Box,
  type Call,
  type Piece as ContainerPiece,
  call,
  compose,
  type LaunchOptions,
  launch,
} from '../container/index.ts'
import { machine, processes, process as processOf } from '../facts/index.ts'
import { type Exit, type Namespace, native, patiently } from '../kernel/index.ts'
import { MarkReader, type Piece, plainText } from './transcript.ts'
import { prompts } from './tree.ts'

/** How a typed line went. */
export interface Typed {
  /** Clean text: no escapes, no echo, no prompt. */
  output: string
  /** `$?`, when the prompt is back. */
  status?: number
  /** `none`: a program reads its input, so the next line is for it. */
  prompt: 'ready' | 'more' | 'none'
}

/** Where a terminal is opened: in the namespaces, the root and the directory of a process, as root or as it. */
export interface Place {
  /** By its number on the machine. */
  pid: number
  namespaces: Namespace[]
  /** Descriptors of its root and its working directory; without them, the root of its namespace. */
  root?: number
  cwd?: number
  /** Control groups to be in, as the others there are. */
  groups?: string[]
  /** May its groups be cleared? Not where setgroups is denied. */
  clearGroups: boolean
}

export interface OpenOptions {
  env?: Record<string, string>
  /** More than a terminal: a box of these pieces, made where the place is. */
  pieces?: readonly ContainerPiece[]
  hostname?: string
  onTrace?: LaunchOptions['onTrace']
  /** Told of what those pieces will leave on the machine. */
  before?: LaunchOptions['before']
}

const size = { rows: 24, columns: 80 }

/** What a shell printed before it ended arrives within this many milliseconds. */
const lastWords = 50

/** How long a command may run in a lesson. */
const patience = 30_000

/** A shell on a pty of its own, in a workbench or in a box within it. */
export class Terminal {
  /** Its shell, by the number on the machine. */
  readonly pid: number
  readonly exit: Promise<Exit>
  readonly #master: number
  readonly #stream: ReadStream
  readonly #marks = new MarkReader()
  readonly #decoder = new StringDecoder('utf8')
  readonly #listeners = new Set<(pieces: Piece[]) => void>()
  #ended = false
  #line = ''

  private constructor(pid: number, master: number, exit: Promise<Exit>) {
    this.pid = pid
    this.#master = master
    this.exit = exit
    this.#stream = new ReadStream(master)
    this.#stream.on('data', (chunk: Buffer) => this.#hear(this.#marks.read(this.#decoder.write(chunk))))
    // The kernel ends a pty with EIO when its last slave is closed (pty(7)); that is no failure.
    this.#stream.on('error', () => this.#stream.destroy())
    this.#stream.on('close', () => {
      this.#ended = true
      this.#hear([])
    })
    // A job left in the background holds the slave open; without its shell it is no terminal any more.
    void exit.then(() => setTimeout(() => this.#stream.destroy(), lastWords))
  }

  static async open(
    place: Place,
    { env = {}, pieces = [], hostname, onTrace, before }: OpenOptions = {},
  ): Promise<Terminal> {
    const namespaces = pieces.flatMap(({ namespace }) => namespace ?? [])
    const box = { ...shellBox(env), namespaces, hostname }
    const join = { pid: place.pid, namespaces: place.namespaces }
    const { pid, terminal, exit } = await launch(compose(box, [entering(place), ...pieces], { join }), {
      onTrace,
      before,
    })
    const opened = new Terminal(pid, terminal!, exit)
    await opened.#until(patiently(patience), () => opened.#ended)
    return opened
  }

  /** Types a line and Enter (`^C` and `^D` are those keys), and waits for what comes of it. */
  async type(line: string): Promise<Typed> {
    const key = /^\^([A-Z])$/.exec(line)?.[1]
    const answer = this.#until(patiently(patience), () => this.#ended || this.#readsInput())
    this.write(key ? String.fromCharCode(key.charCodeAt(0) - 64) : `${line}\r`)
    const { pieces, mark } = await answer
    const printed = outputOf(pieces)
    // bash says goodbye with the word itself, dash does not.
    const output = /^\s*exit\b|^\^D$/.test(line) ? printed.replace(/^exit\n/, '') : printed
    if (mark?.is === 'ready') return { output, status: mark.status, prompt: 'ready' }
    return { output, prompt: mark ? 'more' : 'none' }
  }

  /** Sends keys as they are. */
  write(keys: string): void {
    if (!this.#ended) this.#stream.write(keys)
  }

  resize(rows: number, columns: number): void {
    if (!this.#ended) native().resize(this.#master, rows, columns)
  }

  /** Hears everything that is printed from now on, text and marks apart. Returns how to stop. */
  listen(listener: (pieces: Piece[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get ended(): boolean {
    return this.#ended
  }

  close(): void {
    this.#stream.destroy()
  }

  /** What stands after the last mark: the prompt, and what was typed behind it. */
  get line(): string {
    return this.#line
  }

  #hear(pieces: Piece[]): void {
    for (const piece of pieces) this.#line = 'text' in piece ? this.#line + piece.text : ''
    for (const listener of [...this.#listeners]) listener(pieces)
  }

  /** Collects what is printed up to a prompt, or until `enough` says so (asked every 50 ms after a moment). */
  #until(
    within: number,
    enough: () => boolean,
  ): Promise<{ pieces: Piece[]; mark?: { is: 'ready'; status: number } | { is: 'more' } }> {
    return new Promise((resolve) => {
      const pieces: Piece[] = []
      const began = performance.now()
      const done = (mark?: { is: 'ready'; status: number } | { is: 'more' }) => {
        clearInterval(timer)
        stop()
        resolve({ pieces, mark })
      }
      const timer = setInterval(() => {
        const passed = performance.now() - began
        if (passed > within || (passed > 250 && enough())) done()
      }, 50)
      const stop = this.listen((heard) => {
        for (const piece of heard) {
          pieces.push(piece)
          if ('mark' in piece && piece.mark.is !== 'run') return done(piece.mark)
        }
        if (this.#ended) done()
      })
    })
  }

  /** Does the program in the foreground wait for its input? Then no prompt will come. See proc_pid_syscall(5). */
  #readsInput(): boolean {
    const shell = processOf(machine, this.pid)
    if (!shell) return true
    const foreground = processes(machine).filter(
      ({ tty, pgrp }) => tty === shell.tty && pgrp === shell.foreground,
    )
    const read = process.arch === 'arm64' ? '63' : '0'
    return foreground.some(({ pid }) => {
      try {
        const [call, descriptor] = readFileSync(`/proc/${pid}/syscall`, 'utf8').split(' ')
        if (call !== read || descriptor !== '0x0') return false
        // The second program of a pipe reads as well, and what it waits for is the first.
        return statSync(`/proc/${pid}/fd/0`).rdev === shell.tty
      } catch {
        return false
      }
    })
  }
}

/** What a command printed: after the mark that it runs, or (dash has no such mark) after the echo of its line. */
function outputOf(pieces: Piece[]): string {
  const ran = pieces.findLastIndex((piece) => 'mark' in piece && piece.mark.is === 'run')
  const text = pieces
    .slice(ran + 1)
    .map((piece) => ('text' in piece ? piece.text : ''))
    .join('')
  const clean = plainText(text)
  return ran < 0 ? clean.slice(clean.indexOf('\n') + 1 || clean.length) : clean
}

function shellBox(env: Record<string, string>): Box {
  return {
    id: 'terminal',
    argv: ['bash'],
    env: {
      PATH: '/cooper/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      USER: 'root',
      SHELL: '/bin/bash',
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      HISTFILE: '/dev/null',
      ...prompts,
      ...env,
    },
    namespaces: [],
    root: '/',
    terminal: size,
  }
}

/**
 * The calls that make a process one of the place, with a terminal of the place's own devpts. The root comes last: one
 * that somebody called chroot for need not hold a /dev.
 */
function entering({ root, cwd, clearGroups, groups = [] }: Place): ContainerPiece {
  const there = (fd: number, path: string): Call =>
    call('settle', 'chdir', { to: { fd, path } }, 'where that process stands')
  return {
    name: 'terminal',
    lesson: 'mnt',
    summary: 'a terminal in the namespaces of a process',
    calls: () => [
      ...groups.map((at) => call('admit', 'groupJoin', { at }, 'in the groups of that place')),
      ...(cwd === undefined ? [call('become', 'chdir', { to: '/root' }, 'home')] : []),
      ...(clearGroups
        ? [call('become', 'setgroups', { groups: [] }, 'the groups we came with mean nothing here')]
        : []),
      call('become', 'setgid', { gid: 0 }, 'root of that namespace'),
      call('become', 'setuid', { uid: 0 }, 'root of that namespace'),
      call('settle', 'setsid', {}, 'a terminal belongs to a session'),
      call('settle', 'openTerminal', { ptmx: '/dev/ptmx', ...size }, 'its own terminal, in its own devpts'),
      ...(root === undefined
        ? []
        : [there(root, 'its root'), call('settle', 'chroot', { to: '.' }, 'its root is ours')]),
      ...(cwd === undefined ? [] : [there(cwd, 'its directory')]),
    ],
  }
}

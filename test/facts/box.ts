import { type ChildProcess, spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { machine, net, type Process, processes } from '../../src/facts/index.ts'

/** Starts a program that is killed when the test ends, and waits until it has become what `ready` looks for. */
export async function start(argv: string[], ready: (all: Process[], pid: number) => Process | undefined) {
  const child = spawn(argv[0]!, argv.slice(1), { stdio: 'ignore' })
  killedAfterTest(child)
  return await until(() => ready(processes(machine), child.pid!))
}

/** The started program itself, once it has executed `name`. */
export function itself(name: string) {
  return (all: Process[], pid: number) => all.find((one) => one.pid === pid && one.name === name)
}

/** The started program's child, once it has executed `name`. */
export function childOf(name: string) {
  return (all: Process[], pid: number) => all.find((one) => one.ppid === pid && one.name === name)
}

/**
 * A bash that is process 1 and root of new namespaces, and does what it is told. `holder` is its number on the machine.
 * Made with util-linux, so that the readers are compared with what others make.
 */
export async function box() {
  const bash = ['bash', '--norc', '--noprofile']
  const child = spawn(
    'unshare',
    ['--user', '--map-root-user', '-mpunf', '--mount-proc', '--kill-child', ...bash],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  killedAfterTest(child)
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (printed += data))
  let lines = 0
  /** Runs a line of shell and returns what it printed; throws when it fails. */
  const run = async (line: string): Promise<string> => {
    printed = ''
    const marker = `done-${++lines}:`
    child.stdin.write(`${line}\necho ${marker}$?\n`)
    const status = await until(() => new RegExp(`${marker}(\\d+)\n`).exec(printed)?.[1])
    if (status !== '0') throw new Error(`${line}\nstatus ${status}\n${printed}`)
    return printed.replace(/done-\d+:\d+\n/, '')
  }
  await run('true')
  const inside = processes(machine).find((one) => one.ppid === child.pid)!
  return { run, holder: inside.pid, outside: child.pid! }
}

/** Polls until there is something. */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>, ms = 10_000): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`waited ${ms} ms in vain`)
}

/**
 * Waits until a link that a box sees is gone with the network namespace of its other end. The kernel cleans up one such
 * namespace after the other, for the whole machine: with many of them it takes seconds.
 */
export function linkGone(holder: number, link: string): Promise<true> {
  const there = async () => (await net(machine, holder)).links.some(({ name }) => name === link)
  return until(async () => ((await there()) ? undefined : true), 45_000)
}

function killedAfterTest(child: ChildProcess): void {
  onTestFinished(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await ended
  })
}

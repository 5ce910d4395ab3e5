import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { isatty } from 'node:tty'
import type { Ended, Launched } from '../../container/index.ts'

const passed = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

type Passed = (typeof passed)[number]

/**
 * Launches a program and passes signals on to it until it ends. One that comes too early waits for it to run.
 *
 * Process 1 of a PID namespace hears only the signals it has a handler for, from wherever they come
 * (pid_namespaces(7)). So that nobody is left with something that cannot be ended: a SIGTERM or SIGHUP that is not
 * heard becomes a SIGKILL, and so does the second Ctrl-C. An init waits for every signal, though it has no handler.
 */
export async function passingSignals(
  launch: () => Promise<Launched>,
  { init = false, tty = false } = {},
): Promise<Ended> {
  let pressed = 0
  let running: Launched | undefined
  const early: Passed[] = []
  const onSignal = (signal: Passed) => {
    if (running === undefined) return void early.push(signal)
    const byKey = signal === 'SIGINT' || signal === 'SIGQUIT'
    if (init || hears(running.pid, constants.signals[signal])) {
      // A key reached the program through the terminal as well, if it has ours; the others come to us alone.
      if (!byKey || tty || !isatty(0)) running.signal(constants.signals[signal])
      return
    }
    if (byKey && ++pressed === 1) {
      console.error(
        `cooper: process 1 has no handler for ${signal}, so the kernel drops it; once more kills it`,
      )
      return
    }
    if (!byKey) console.error(`cooper: process 1 has no handler for ${signal}, so it is killed`)
    running.signal(constants.signals.SIGKILL)
  }
  for (const name of passed) process.on(name, onSignal)
  try {
    running = await launch()
    for (const signal of early) onSignal(signal)
    return await running.exit
  } finally {
    for (const name of passed) process.off(name, onSignal)
  }
}

/** Would this process act on a signal? A process 1 does when it has a handler; see SigCgt in proc_pid_status(5). */
function hears(pid: number, signal: number): boolean {
  let status: string
  try {
    status = readFileSync(`/proc/${pid}/status`, 'latin1')
  } catch {
    return true
  }
  // It has just ended: of that signal, as likely as not.
  if (/^State:\s*Z/m.test(status)) return true
  const isFirst = /^NSpid:.*\s1$/m.test(status)
  const caught = BigInt(`0x${/^SigCgt:\s*(\w+)/m.exec(status)?.[1] ?? '0'}`)
  return !isFirst || (caught & (1n << BigInt(signal - 1))) !== 0n
}

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { machine, processes } from '../../src/facts/index.ts'
import { noTmux, Window } from '../support/tmux.ts'

// `run -it` as a person has it: a terminal of the container's own inside the terminal of this window.

const reason = noTmux()

async function inContainer(...flags: string[]): Promise<Window> {
  const window = await Window.open()
  window.type(
    `stty -a > "$XDG_STATE_HOME".before; node dist/cooper.cjs run -it ${flags.join(' ')} -- env PS1='inner> ' bash --norc`,
  )
  await window.sees(/^inner>/m)
  window.clear()
  return window
}

/** The terminal is as it was before: same settings, and what is typed can be seen. */
async function isSane(window: Window): Promise<void> {
  window.clear()
  window.type('stty -a | diff - "$XDG_STATE_HOME".before && echo the same')
  await window.sees(/^the same$/m)
  expect(window.cursorShown).toBe(true)
}

describe.skipIf(reason)('run -it', () => {
  test('its first terminal, with the size of the window', async () => {
    const window = await inContainer()
    window.type('tty; stty size; echo "I am $$"; ls /dev/pts')
    await window.sees(/\/dev\/pts\/0\n24 80\nI am 1\n0\s+ptmx/)
    window.type('exit 7')
    expect(await window.status()).toBe(7)
    await isSane(window)
  })

  test('Ctrl-C reaches the program inside, and only that', async () => {
    const window = await inContainer()
    window.type('sleep 1000; echo "ended with $?"')
    await window.sees('sleep 1000')
    await new Promise((resolve) => setTimeout(resolve, 300))
    window.press('C-c')
    await window.sees(/\^C/)
    window.type('echo still here')
    await window.sees(/^still here$/m)
    window.press('C-d')
    expect(await window.status()).toBe(0)
    await isSane(window)
  })

  test('a window that changes its size is another size inside', async () => {
    const window = await inContainer()
    window.type(`sh -c 'trap "stty size" WINCH; echo ready; while :; do sleep 0.1; done'`)
    await window.sees(/^ready$/m)
    window.resize(100, 30)
    await window.sees(/^30 100$/m)
    window.press('C-c')
    window.type('exit 0')
    expect(await window.status()).toBe(0)
  })

  test('less draws the whole window, and leaves it as it was', async () => {
    const window = await inContainer()
    window.type('seq 1000 | less')
    await window.sees(/^1\n2\n3\n[\s\S]*\n23\n:/)
    window.press('Space')
    await window.sees(/^24\n25\n/)
    window.press('q')
    window.type('exit 3')
    expect(await window.status()).toBe(3)
    await isSane(window)
  })

  test('vi of the base is an editor: typed, mended, written, left', async () => {
    const window = await inContainer()
    window.type('vi /tmp/notes')
    await window.sees(/^~$[\s\S]*"\/tmp\/notes" \[New/m)
    expect(window.screen()).not.toMatch(/Press ENTER|E\d+:/)
    window.press('i')
    window.type('first linX')
    window.press('Up', 'End', 'BSpace', 'e', 'Escape')
    await window.sees(/^first line$/m)
    window.type(':wq')
    await window.sees(/^inner>\s*$/m)
    window.clear()
    window.type('cat /tmp/notes')
    await window.sees(/^first line$/m)
    window.type('exit')
    expect(await window.status()).toBe(0)
    await isSane(window)
  })

  test('another user owns the terminal too', async () => {
    const window = await inContainer('--user', '0:0')
    window.type('echo words > $(tty)')
    await window.sees(/^words$/m)
    window.type('exit')
    expect(await window.status()).toBe(0)
  })

  test('without -i no key reaches it, so Ctrl-C comes as a signal', async () => {
    const window = await Window.open()
    const program = `trap "echo heard; exit 3" INT; echo ready; while :; do sleep 0.1; done`
    window.type(`node dist/cooper.cjs run -t -- sh -c '${program}'`)
    await window.sees(/^ready$/m)
    window.press('C-c')
    await window.sees(/^(\^C)?heard$/m)
    expect(await window.status()).toBe(3)
  })

  test('when its reader has gone, the keys are ours again, and Ctrl-C ends it', async () => {
    const window = await Window.open()
    window.type('stty -a > "$XDG_STATE_HOME".before; set -o pipefail')
    window.type(
      `node dist/cooper.cjs run -it -- bash -c 'echo one; sleep 0.5; echo two; sleep 1000' | head -1`,
    )
    await window.sees(/^one$/m)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    window.press('C-c')
    await window.sees(/once more\s+kills it/)
    window.press('C-c')
    // The terminal has shown the key before the prompt.
    await window.sees('^Couter>')
    window.press('Enter')
    expect(await window.status()).toBe(128 + 9)
    await isSane(window)
  })

  test.each(['SIGKILL', 'SIGSEGV'] as const)('sane after %s of the program', async (signal) => {
    const window = await inContainer()
    window.type('sleep 4712')
    await window.sees('sleep 4712')
    const shell = processes(machine).find(
      ({ name, nspid, command }) =>
        name === 'bash' && nspid.at(-1) === 1 && command.includes('--norc') && isOf(window, nspid[0]!),
    )!
    process.kill(shell.pid, signal)
    const status = await window.status()
    expect(status).toBe(signal === 'SIGKILL' ? 137 : 139)
    await isSane(window)
  })
})

/** Was it started from this window? Its state directory is in the environment of the cooper above it. */
function isOf(window: Window, pid: number): boolean {
  const all = processes(machine)
  for (let at = all.find((one) => one.pid === pid); at; at = all.find((one) => one.pid === at!.ppid)) {
    if (environmentOf(at.pid).includes(`XDG_STATE_HOME=${window.state}`)) return true
  }
  return false
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return []
  }
}

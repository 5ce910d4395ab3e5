import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { PlayRow } from '../../src/cli/play/rows.ts'
import { pieces } from '../../src/container/index.ts'
import { family, left, pages, running } from '../support/bench.ts'
import { within } from '../support/child.ts'
import { cooper, state } from '../support/cooper.ts'
import { folder } from '../support/folder.ts'
import { noTmux, Window } from '../support/tmux.ts'

type Told = { pieces: string[]; network: string | null; rows: (PlayRow & Record<'inside' | 'host', Seen>)[] }
type Seen = { namespace: string } & Record<string, unknown>

const names = pieces.map(({ name }) => name)
const read = (stdout: string) => JSON.parse(stdout) as Told
const row = ({ rows }: Told, piece: string) => rows.find((one) => one.piece === piece)!

async function told(...args: string[]): Promise<Told> {
  const { status, stderr, stdout } = await cooper(['play', '--json', ...args])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return read(stdout)
}

describe('cooper play without a terminal', () => {
  test('a table, a row a piece, within 80 columns, and nothing asked', async () => {
    const home = state()
    const { status, stderr, stdout } = await cooper(['play'], { env: { XDG_STATE_HOME: home } })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    for (const name of names)
      expect(stdout).toMatch(new RegExp(`^${name === 'user' ? '–' : '✓'} ${name} .*`, 'm'))
    expect(stdout).toMatch(/│ 1 process; the shell is 1 +│ \d+ processes; the shell is \d+$/m)
    expect(stdout).toMatch(/│ host name box +│ host name workbench$/m)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(pages(home)).toEqual([])
    const { stdout: typed, stderr: said } = await cooper(['play'], { env: { LANG: 'C' } })
    expect(said).toBe('')
    expect(typed).toMatch(/^\p{ASCII}+$/u)
    expect(typed).toMatch(/^ok pid .*isolated/m)
  })

  test.each(names)('only %s: only that is isolated', async (name) => {
    const found = await told('--only', name)
    expect(found.pieces).toEqual([name])
    for (const { piece, on, isolated, inside, host } of found.rows) {
      expect({ piece, on, isolated }).toEqual({ piece, on: piece === name, isolated: piece === name })
      expect(inside.namespace === host.namespace, piece).toBe(piece !== name)
    }
  })

  test('no piece at all: inside and outside are the same', async () => {
    const found = await told('--without', names.join())
    for (const { inside, host } of found.rows) expect(inside).toEqual(host)
  })

  test('what is seen is what the kernel says', async () => {
    const all = await told('--only', names.join(), '--network', 'none')
    expect(row(all, 'pid').inside).toMatchObject({ processes: 1, shell: 1 })
    expect(row(all, 'pid').host.shell).toBeGreaterThan(1)
    expect(row(all, 'net').inside.links).toEqual([{ name: 'lo', addresses: [] }])
    // What the host has and the container has not: an object that was made before.
    expect(row(all, 'ipc')).toMatchObject({ inside: { objects: 0 }, host: { objects: 1 } })
    expect(row(all, 'user')).toMatchObject({ inside: { uid: 0 }, host: { capabilities: 0 } })
    expect(row(all, 'user').inside.capabilities).toBeGreaterThan(30)
    // Its own number 1, and a /proc that was mounted by somebody else.
    const blind = await told('--only', 'pid')
    const { inside, host } = row(blind, 'pid')
    expect(inside).toMatchObject({ shell: 1, processes: host.processes })
  })

  test('networks: a cable on either side, or the host’s own', async () => {
    const shared = row(await told('--network', 'host'), 'net')
    expect(shared).toMatchObject({ on: true, isolated: false })
    expect(shared.inside).toEqual(shared.host)
    const bridged = row(await told('--network', 'bridge'), 'net')
    expect(bridged.inside.says).toMatch(/^lo, eth0 10\.213\.\d+\.\d+\/24$/)
    expect(bridged.host.says).toMatch(/^lo, cooper0 10\.213\.\d+\.1\/24, veth/)
  })

  test.each([
    [['--only', 'pdi'], /^cooper: Unknown piece 'pdi'\. Did you mean 'pid'\?\n$/],
    [['--network', 'brige'], /^cooper: Unknown network 'brige'\. Did you mean 'bridge'\?\n$/],
    [['--only', 'pid', '--network', 'bridge'], /net is switched off/],
  ])('%s: refused before anything is made', async (args, says) => {
    const home = state()
    const { status, stderr, stdout } = await cooper(['play', ...args], { env: { XDG_STATE_HOME: home } })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(says)
    expect(pages(home)).toEqual([])
  })

  test('what cannot be made is said, with 1', async () => {
    const without = folder()
    const limit = 'echo 1 > /proc/sys/user/max_net_namespaces; exec node dist/cooper.cjs play'
    const { status, stderr, stdout } = spawnSync('unshare', ['-Ur', 'sh', '-c', limit], {
      encoding: 'utf8',
      env: { ...process.env, XDG_STATE_HOME: without },
      input: '',
    })
    // One for the workbench, and none for the container in it.
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/CLONE_NEWNET[\s\S]*ENOSPC/)
  })

  const other = otherUser()
  test.skipIf(other)(`as an ordinary user${other ? ` (${other})` : ''}: the same pieces`, () => {
    const home = folder()
    chmodSync(home, 0o777)
    const stdout = execFileSync(process.execPath, ['dist/cooper.cjs', 'play', '--json'], {
      uid: nobody,
      gid: nobody,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const isolated = read(stdout).rows.filter((one) => one.isolated)
    expect(isolated.map(({ piece }) => piece)).toEqual(names.filter((name) => name !== 'user'))
  })
})

const reason = noTmux()

async function playing(args = '', env: Record<string, string> = {}): Promise<Window> {
  const window = await Window.open({ env, rows: 32 })
  window.type(`stty -a > "$XDG_STATE_HOME".before; node dist/cooper.cjs play ${args}`)
  await window.sees(/Which/)
  return window
}

/** Waits for the next question, below what is said of the container that was left: the last one is still in sight. */
const asksAgain = (window: Window) => window.sees(/You left[\s\S]*Which/)

/** The terminal is as it was before, and the workbench is gone. */
async function isOver(window: Window, pids: number[]): Promise<void> {
  expect(pids.length).toBeGreaterThan(0)
  expect(await left(window.state, pids)).toEqual([])
  expect(window.cursorShown).toBe(true)
  window.clear()
  window.type('stty -a | diff - "$XDG_STATE_HOME".before && echo the same')
  await window.sees(/^the same$/m)
}

describe.skipIf(reason)(`cooper play${reason ? ` (${reason})` : ''}`, () => {
  test('choose, enter, leave, switch, enter again', async () => {
    const window = await playing('--network none')
    expect(window.screen()).toContain('In another window')
    const pids = await family(window.state)
    window.press('Enter')
    await window.sees('Which network?')
    window.press('Enter')
    await window.sees(/^root@box:\/#$/m)
    // All of it fits a window of 24 lines.
    expect(window.screen()).toMatch(/^piece[\s\S]*✓ uts +│ isolated │ host name box[\s\S]*You are inside/m)
    window.type('hostname inner; hostname; echo "I am $$"')
    await window.sees(/^inner\nI am 1$/m)
    window.type('exit')
    await window.sees('You left, and nothing of it is left on the host.')
    await asksAgain(window)

    window.clear()
    window.press('Down', 'Down', 'Down', 'Space', 'Enter')
    await window.sees('Which network?')
    window.press('Enter')
    await window.sees(/^root@workbench:\/#$/m)
    expect(window.screen()).toMatch(/– uts +│ shared +│ host name workbench +│ host name workbench/)
    window.press('C-d')
    await asksAgain(window)
    window.press('q')
    expect(await window.status()).toBe(0)
    await isOver(window, pids)
  })

  test('by lines, where a list cannot be drawn or seen', async () => {
    const window = await playing('--only pid,net --network none', { ACCESSIBLE: '1' })
    await window.sees(/^1 {2}on {3}pid .*\n2 {2}off {2}mnt/m)
    window.type('pid 4 host')
    await window.sees(/^1 {2}off {2}pid .*\n(.*\n)*4 {2}on {3}uts .*\n(.*\n)* +network +host/m)
    window.type('moon')
    await window.sees("'moon' is none of them.")
    window.press('Enter')
    await window.sees(/^root@box:~#$/m)
    expect(window.screen()).toMatch(/– net +│ shared/)
    window.type('sleep 4713 & exit')
    await window.sees(/This is still on the host:\n.*sleep/)
    await asksAgain(window)
    window.type('q')
    expect(await window.status()).toBe(0)
  })

  test('Ctrl-C in the container is for the program there', async () => {
    const window = await playing('--without net')
    const pids = await family(window.state)
    window.press('Enter')
    await window.sees(/^root@box:\/#$/m)
    window.type('sleep 1000')
    await running(window.state, 'sleep 1000')
    window.press('C-c')
    await window.sees(/\^C/)
    window.type('exit')
    await window.sees('nothing of it is left')
    await asksAgain(window)
    window.press('C-c')
    expect(await window.status()).toBe(130)
    await isOver(window, pids)
  })

  test.each([
    ['C-c', 130],
    ['q', 0],
    ['Escape', 0],
  ])('%s at either question: the terminal as before, %i', async (key, status) => {
    for (const more of [[], ['Enter']]) {
      const window = await playing()
      const pids = await family(window.state)
      window.press(...more)
      await window.sees(more.length ? 'Which network?' : 'Which pieces?')
      window.press(key)
      expect(await window.status()).toBe(status)
      await isOver(window, pids)
    }
  })

  test.each([['SIGTERM', 143] as const, ['SIGHUP', 129] as const])(
    '%s at a question and in the container',
    async (signal, status) => {
      for (const enters of [false, true]) {
        const window = await playing('--without net')
        if (enters) {
          window.press('Enter')
          await window.sees(/^root@box:\/#$/m)
        }
        const pids = await family(window.state)
        process.kill(pages(window.state)[0]!.pid, signal)
        expect(await within(10_000, () => pages(window.state).length === 0)).toBe(true)
        // Below the prompt of the shell that is gone.
        window.press('Enter')
        expect(await window.status()).toBe(status)
        await isOver(window, pids)
      }
    },
  )

  test('SIGKILL in the container: nothing lives on, and the next start forgets the page', async () => {
    const window = await playing('--network none')
    window.press('Enter')
    await window.sees('Which network?')
    window.press('Enter')
    await window.sees(/^root@box:\/#$/m)
    window.type('sleep 4714 & sleep 4715')
    await running(window.state, 'sleep 4715')
    const pids = await family(window.state)
    expect(pids.length).toBeGreaterThan(6)
    process.kill(pages(window.state)[0]!.pid, 'SIGKILL')
    await window.sees('Killed')
    expect((await left(window.state, pids)).filter((one) => typeof one === 'number')).toEqual([])
    await cooper(['clean'], { env: { XDG_STATE_HOME: window.state } })
    expect(pages(window.state)).toEqual([])
  })
})

const nobody = 65534

/** Why no other user can run the command here; undefined when one can. */
function otherUser(): string | undefined {
  if (process.getuid!() !== 0) return 'not root, so all of this ran as one'
  const { status } = spawnSync(process.execPath, ['dist/cooper.cjs', '--version'], {
    uid: nobody,
    gid: nobody,
  })
  return status === 0 ? undefined : 'another user cannot read this directory'
}

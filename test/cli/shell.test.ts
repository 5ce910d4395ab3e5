import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { pages } from '../support/bench.ts'
import { sleep, within } from '../support/child.ts'
import { cooper, state } from '../support/cooper.ts'
import { project } from '../support/project.ts'
import { noTmux } from '../support/tmux.ts'
import { demo, offers } from './tour/demo.ts'

/** A lesson that runs, and whose step in terminal box takes its time. */
async function lesson(env: Record<string, string>): Promise<void> {
  const root = project(['00-demo'], (text) =>
    text.replace('$ uname -n\ndemo\n', '$ uname -n; sleep 30\ndemo\n'),
  )
  const script = join(root, 'dist/cooper.cjs')
  const child = spawn(process.execPath, [script, 'check', 'demo'], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  })
  onTestFinished(async () => {
    // It takes its groups away itself; what a SIGKILL leaves is for a next start, which this state has not.
    const ended = new Promise((done) => child.once('exit', done))
    child.kill('SIGTERM')
    await Promise.race([ended, sleep(5000)])
    child.kill('SIGKILL')
  })
  const open = () =>
    pages(env.XDG_STATE_HOME!).some(
      ({ pid, bench }) => pid === child.pid && 'box' in (bench?.terminals ?? {}),
    )
  expect(await within(10_000, open)).toBe(true)
  // Its shell has gone into its namespace by then.
  await sleep(500)
}

describe('cooper shell', () => {
  test('no lesson is running', async () => {
    const told = await cooper(['shell'])
    expect(told.status).toBe(1)
    expect(told.stderr).toMatch(
      /^cooper: no lesson is running\. Start one in another window: .*cooper\.cjs learn\n$/,
    )
  })

  test('joins the terminal that is named, where its innermost shell is', async () => {
    const env = { XDG_STATE_HOME: state() }
    await lesson(env)
    const box = await cooper(['shell', 'box'], { env, input: 'uname -n\n' })
    expect(box).toMatchObject({ status: 0, stderr: '' })
    expect(box.stdout).toMatch(/^demo\r$/m)
    const host = await cooper(['shell'], { env, input: 'uname -n; exit 3\n' })
    expect(host.stdout).toMatch(/^workbench\r$/m)
    expect(host.status).toBe(3)
  })

  test('what comes from a pipe is typed, and its end ends the shell, whatever runs then', async () => {
    const env = { XDG_STATE_HOME: state() }
    await lesson(env)
    const told = await cooper(['shell'], { env, input: 'sleep 0.3; echo one\ncat > /dev/null\necho "tw"o\n' })
    expect(told.status).toBe(0)
    expect(told.stdout).toMatch(/^one\r$/m)
    const unended = await cooper(['shell'], { env, input: 'sleep 0.5; echo th"ree"' })
    expect(unended.status).toBe(0)
  })

  test('a terminal that is not there: exit 2 and the nearest name', async () => {
    const env = { XDG_STATE_HOME: state() }
    await lesson(env)
    const told = await cooper(['shell', 'bax'], { env })
    expect(told).toMatchObject({ status: 2, stderr: "cooper: Unknown terminal 'bax'. Did you mean 'box'?\n" })
    expect((await cooper(['shell', 'moon'], { env })).stderr).toContain('There is: host, box.')
  })

  test('of two workbenches the newest, and that is said', async () => {
    const env = { XDG_STATE_HOME: state() }
    await lesson(env)
    await lesson(env)
    const newest = pages(env.XDG_STATE_HOME)
      .sort((a, b) => a.started - b.started)
      .at(-1)!
    const told = await cooper(['shell'], { env, input: 'readlink /proc/self/ns/uts\n' })
    expect(told.status).toBe(0)
    expect(told.stderr).toBe(`cooper: 2 workbenches are open; this is the newest (process ${newest.pid})\n`)
  })

  const reason = noTmux()
  test.skipIf(reason)('the lesson ends while somebody is in the shell', async () => {
    const { window, command } = await demo()
    await window.sees(offers.run)
    const other = await window.another()
    other.type(`${command} shell`)
    await other.sees(/^You are in terminal host of the lesson\. .*\n\$$/m)
    expect(other.title).toBe('terminal host')
    window.press('q')
    expect(await window.status()).toBe(0)
    await other.sees(/^cooper: this shell was killed; did its lesson end\?$/m)
    expect(await other.status()).toBe(128 + 9)
    other.type('echo visible again')
    await other.sees(/^visible again$/m)
  })
})

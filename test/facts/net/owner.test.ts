import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { machine, processes } from '../../../src/facts/index.ts'
import { projectFile } from '../../../src/kernel/index.ts'
import { until } from '../box.ts'

const program = projectFile('dist/cooper.cjs')
const nobody = 65534
/** Somebody who is not root, whoever runs the tests. */
const ordinary = process.getuid!() === 0 ? { uid: nobody, gid: nobody } : {}

const able = spawnSync(process.execPath, [program, '--version'], ordinary).status === 0
const reason = able ? '' : ' (skipped: another user cannot read this directory)'

describe.skipIf(!able)(`whoever made a container and is not root${reason}`, () => {
  test('reads its network and its name, though nobody lives in the user namespace that owns them', async () => {
    // As bwrap does it: everything is made in one user namespace, and the program runs in a second one below it.
    const line = 'hostname tub; ip link set lo up; exec unshare -U sleep 1000'
    const child = spawn('unshare', ['-Urnui', 'sh', '-c', line], { stdio: 'ignore', ...ordinary })
    onTestFinished(() => void child.kill('SIGKILL'))
    await until(() => processes(machine).find(({ pid, name }) => pid === child.pid && name === 'sleep'))
    const home = mkdtempSync(join(tmpdir(), 'cooper-owner-'))
    onTestFinished(() => rmSync(home, { recursive: true, force: true }))
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [program, 'inspect', String(child.pid), '--json'],
      { ...ordinary, encoding: 'utf8', env: { PATH: process.env.PATH, XDG_STATE_HOME: home } },
    )
    expect(stderr).toBe('')
    const { hostname, links, unread } = JSON.parse(stdout)
    expect({ hostname, unread }).toEqual({ hostname: 'tub', unread: [] })
    expect(links).toMatchObject([{ name: 'lo', up: true }])
  })
})

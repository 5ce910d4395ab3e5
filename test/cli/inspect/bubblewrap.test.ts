import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { start, until } from '../../facts/box.ts'
import { folder } from '../../support/folder.ts'
import { which } from '../../support/which.ts'
import { inspected, names, truth } from './inspected.ts'

describe.skipIf(!which('bwrap'))("bubblewrap (skipped where Debian's bubblewrap is not installed)", () => {
  async function wrapped(...options: string[]) {
    const argv = ['bwrap', '--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin']
    argv.push(
      '--symlink',
      'usr/lib',
      '/lib',
      '--symlink',
      'usr/lib64',
      '/lib64',
      '--proc',
      '/proc',
      '--dev',
      '/dev',
    )
    const command = [...argv, '--unshare-all', '--die-with-parent', ...options, 'sleep', '1000']
    const { pid } = await start(command, (all, first) => {
      const line = all.filter(({ name }) => name === 'sleep')
      return line.find(
        ({ ppid }) => ppid === first || all.some((one) => one.pid === ppid && one.ppid === first),
      )
    })
    return { pid, report: await inspected(pid) }
  }

  test('namespaces, capabilities and no_new_privs as /proc has them; no more is weak than is', async () => {
    const { pid, report } = await wrapped()
    expect(report.namespaces).toMatchObject(truth(pid))
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    expect(report.ids.noNewPrivs).toBe(/^NoNewPrivs:\t1/m.test(status))
    expect(report.mounts.lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ at: '/usr', from: '/usr', kind: 'machine', writable: false }),
        expect.objectContaining({ at: '/dev/null', kind: 'device' }),
      ]),
    )
    expect(report.mounts.lines.find(({ at }: { at: string }) => at === '/')).toMatchObject({
      type: 'tmpfs',
      kind: 'root',
    })
    const allowed = process.getuid!() === 0 ? ['root-outside', 'no-seccomp'] : ['no-seccomp']
    expect(names(report.weak)).toEqual(allowed)
  })

  test("a writable directory and an engine's socket are found, where they were let in", async () => {
    const dir = folder()
    const socket = join(dir, 'docker.sock')
    const server = createServer().listen(socket)
    onTestFinished(() => void server.close())
    await until(() => existsSync(socket) || undefined)
    const { report } = await wrapped('--bind', dir, '/data', '--bind', socket, '/sock', '--share-net')
    const said = (name: string) => report.weak.find((one: { name: string }) => one.name === name)?.says
    expect(said('writable-directory')).toBe(`it writes to the machine's files: ${dir} (at /data)`)
    expect(said('engine-socket')).toContain('/sock')
    expect(said('shared-net')).toBeDefined()
    const { report: closed } = await wrapped('--ro-bind', dir, '/data')
    expect(names(closed.weak)).not.toContain('writable-directory')
    expect(names(closed.weak)).not.toContain('engine-socket')
  })
})

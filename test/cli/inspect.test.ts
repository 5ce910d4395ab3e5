import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { lessonAbout, lessonOf } from '../../src/cli/inspect/lessons.ts'
import { powers } from '../../src/cli/inspect/powers.ts'
import { inspect } from '../../src/cli/inspect/report.ts'
import { allCapabilities, machine, namespaceTypes, processes } from '../../src/facts/index.ts'
import { KernelError, projectFile } from '../../src/kernel/index.ts'
import { findLessons } from '../../src/literate/index.ts'
import { box, childOf, folder, itself, start, until } from '../facts/box.ts'
import { cooper } from '../support/cooper.ts'
import { which } from '../support/which.ts'

async function inspected(pid: number) {
  const told = await cooper(['inspect', String(pid), '--json'])
  expect(told).toMatchObject({ status: 0, stderr: '' })
  return JSON.parse(told.stdout)
}

/** What /proc says of the namespaces of two processes: the truth that reports are compared with. */
function truth(pid: number) {
  return Object.fromEntries(
    namespaceTypes
      .filter((kind) => existsSync(`/proc/self/ns/${kind}`))
      .map((kind) => {
        const { ino } = statSync(`/proc/${pid}/ns/${kind}`)
        return [kind, { inode: ino, shared: ino === statSync(`/proc/self/ns/${kind}`).ino }]
      }),
  )
}

const names = (weak: { name: string }[]) => weak.map(({ name }) => name)

describe('a process in unshare -Urmpf', () => {
  const argv = ['unshare', '-Urmpf', '--kill-child', 'sleep', '100']

  test('namespaces, numbers and ids are those of /proc', async () => {
    const { pid, ppid } = await start(argv, childOf('sleep'))
    const report = await inspected(pid)
    expect(report.namespaces).toMatchObject(truth(pid))
    expect(namespaceTypes.filter((kind) => report.namespaces[kind]?.shared === false)).toEqual([
      'user',
      'mnt',
      'pid',
    ])
    const [uid, gid] = [process.getuid!(), process.getgid!()]
    expect(report).toMatchObject({
      pid,
      command: ['sleep', '100'],
      numbers: [pid, 1],
      parent: { pid: ppid, name: 'unshare' },
      contained: true,
      user: { inside: 0, insideName: 'root', outside: uid },
      group: { inside: 0, outside: gid },
      links: null,
      unread: [],
    })
    expect(report.ids.capabilities.effective).toHaveLength(
      Number(readFileSync('/proc/sys/kernel/cap_last_cap')) + 1,
    )
    expect(report.cgroups.map(({ path }: { path: string }) => path)).toEqual(
      readFileSync(`/proc/${pid}/cgroup`, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.replace(/^\d+:[^:]*:/, '')),
    )
  })

  test('lsns tells the same', async () => {
    // Inside, because one process on the machine with a newline in its name is enough for lsns 2.38 to give up.
    const { run, holder } = await box()
    const lines = (await run('lsns -n -o TYPE,NS -p $$')).trim().split('\n')
    const { namespaces } = await inspected(holder)
    expect(
      Object.entries(namespaces)
        .map(([kind, line]) => `${kind} ${(line as { inode: number }).inode}`)
        .sort(),
    ).toEqual(lines.map((line) => line.trim().split(/\s+/).join(' ')).sort())
  })

  test("its mounts are a copy, its /proc and its root still the machine's, and that is weak", async () => {
    const { pid } = await start(argv, childOf('sleep'))
    const { mounts, weak } = await inspected(pid)
    const count = readFileSync(`/proc/${pid}/mountinfo`, 'utf8').trim().split('\n').length
    expect(mounts.total).toBe(count)
    expect(mounts.lines).toEqual([
      expect.objectContaining({ at: '/', kind: 'root', from: '/', writable: true }),
      expect.objectContaining({ at: '/proc', kind: 'proc', from: '/proc' }),
    ])
    expect(names(weak)).toEqual(
      expect.arrayContaining(['shared-tree', 'machine-proc', 'shared-net', 'shared-ipc', 'no-seccomp']),
    )
    expect(names(weak)).not.toContain('shared-pid')
    expect(names(weak).includes('root-outside')).toBe(process.getuid!() === 0)
    // All its capabilities are worth nothing here.
    expect(names(weak)).not.toContain('privileged')
    expect(names(weak)).not.toContain('shared-uts')
  })

  test('a /proc of its own is seen as that', async () => {
    const { holder } = await box()
    const { mounts, weak } = await inspected(holder)
    const proc = mounts.lines.find(({ at }: { at: string }) => at === '/proc')
    expect(proc).toMatchObject({ kind: 'proc', writable: true })
    expect(proc.from).toBeUndefined()
    expect(names(weak)).not.toContain('machine-proc')
  })
})

describe('links', () => {
  /** Runs in a network of its own, which is "the machine" then; `$P` is a process in another, joined by a cable. */
  function cabled(script: string): string[] {
    const line = `
      unshare -n sleep 1000 & P=$!
      while [ "$(readlink /proc/$P/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
      ip link add switch type bridge && ip address add 10.9.0.1/24 dev switch && ip link set switch up
      ip link add cable type veth peer name eth0 netns $P && ip link set cable master switch up
      nsenter -t $P -n ip address add 10.9.0.2/24 dev eth0
      nsenter -t $P -n ip link set eth0 up
      cooper() { node ${JSON.stringify(projectFile('dist/cooper.cjs'))} "$@"; }
      ${script}
      kill $P`
    const env = { ...process.env, LANG: 'C.UTF-8', NO_COLOR: '1', FORCE_COLOR: undefined }
    const printed = execFileSync('unshare', ['-Urnmpf', '--mount-proc', '--kill-child', 'bash', '-c', line], {
      env,
    })
    return printed.toString().split('=====\n')
  }

  test('both ends and the bridge, as ip tells them', () => {
    const [report, inside, outside] = cabled(
      'cooper inspect $P --json; echo =====; nsenter -t $P -n ip -j address; echo =====; ip -j -d address',
    ).map((text) => JSON.parse(text))
    expect(report.namespaces.net.shared).toBe(false)
    expect(report.namespaces.mnt.shared).toBe(true)
    type Told = {
      ifname: string
      master?: string
      flags: string[]
      addr_info: { local: string; prefixlen: number }[]
    }
    const addresses = ({ addr_info }: Told) =>
      addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`)
    expect(
      report.links.map(({ name, up, addresses }: { name: string; up: boolean; addresses: string[] }) => ({
        name,
        up,
        addresses: addresses.filter((one) => !one.startsWith('fe80:')),
      })),
    ).toEqual(
      inside.map((link: Told) => ({
        name: link.ifname,
        up: link.flags.includes('UP'),
        addresses: addresses(link).filter((one) => !one.startsWith('fe80:')),
      })),
    )
    const end = outside.find(({ ifname }: Told) => ifname === 'cable')
    expect(end.master).toBe('switch')
    expect(report.links.find(({ name }: { name: string }) => name === 'eth0')).toMatchObject({
      kind: 'veth',
      addresses: expect.arrayContaining(['10.9.0.2/24']),
      outside: {
        name: 'cable',
        up: true,
        where: 'machine',
        bridge: { name: 'switch', addresses: expect.arrayContaining(['10.9.0.1/24']) },
      },
    })
  })

  test('the drawing has the cable, on eighty columns, also in ASCII', () => {
    const [drawn = '', typed = ''] = cabled('cooper inspect $P; echo =====; LANG=C cooper inspect $P')
    expect(drawn).toMatch(
      /^│ switch 10\.9\.0\.1\/24 +│ +│ +│\n│ └ cable +├─── veth ───┤ eth0 10\.9\.0\.2\/24 +│$/m,
    )
    expect(typed).toMatch(/^\| ` cable +\|--- veth ---\| eth0 10\.9\.0\.2\/24 +\|$/m)
    expect(typed).toMatch(/^\p{ASCII}+$/u)
    for (const text of [drawn, typed])
      for (const line of text.split('\n')) expect([...line].length).toBeLessThan(81)
    const sides = typed.split('\n').slice(0, 8)
    expect(new Set(sides.map((line) => line.length)).size).toBe(1)
  })

  test('an end that is down, one that lies inside, one whose other end is elsewhere', () => {
    const [report] = cabled(`
      ip link set cable down
      nsenter -t $P -n ip link add one type veth peer name two
      unshare -n sleep 1000 & Q=$!
      while [ "$(readlink /proc/$Q/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
      nsenter -t $P -n ip link add far type veth peer name away netns $Q
      cooper inspect $P --json; kill $Q`).map((text) => JSON.parse(text))
    const end = (link: string) => report.links.find(({ name }: { name: string }) => name === link).outside
    expect(end('eth0')).toMatchObject({ name: 'cable', up: false })
    expect(end('one')).toMatchObject({ name: 'two', where: 'inside' })
    expect(end('far')).toMatchObject({ name: 'away', where: 'elsewhere' })
  })

  test('what listens there', () => {
    const [report] = cabled(`
      nsenter -t $P -n node -e 'require("net").createServer().listen(8080, "10.9.0.2")' & N=$!
      until nsenter -t $P -n ss -Hltn | grep -q :8080; do sleep 0.02; done
      cooper inspect $P --json; kill $N`).map((text) => JSON.parse(text))
    expect(report.listeners).toEqual([
      expect.objectContaining({ protocol: 'tcp', address: '10.9.0.2', port: 8080 }),
    ])
  })
})

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

describe('what is no container', () => {
  test('this process shares everything with its inspector, and nothing is judged', async () => {
    const report = await inspected(process.pid)
    expect(report.namespaces).toMatchObject(truth(process.pid))
    expect(report).toMatchObject({ contained: false, weak: [], mounts: null, links: null, unread: [] })
    const { stdout } = await cooper(['inspect', String(process.pid)])
    expect(stdout).not.toContain('┌')
    expect(stdout).toContain('not a container')
  })

  test.skipIf(process.getuid!() !== 0)(
    'root with a tree of its own is privileged (skipped without root)',
    async () => {
      const { pid } = await start(['unshare', '-m', 'sleep', '1000'], itself('sleep'))
      const { weak } = await inspected(pid)
      expect(names(weak)[0]).toBe('privileged')
      expect(names(weak)).toContain('shared-pid')
      expect(names(weak)).not.toContain('capabilities')
      const fewer = await start(
        ['unshare', '-m', 'setpriv', '--bounding-set=-all,+sys_module,+chown', 'sleep', '1000'],
        itself('sleep'),
      )
      const less = await inspected(fewer.pid)
      expect(names(less.weak)).not.toContain('privileged')
      expect(less.weak.find(({ name }: { name: string }) => name === 'capabilities').says).toBe(
        'CAP_SYS_MODULE: it may load code into the kernel',
      )
    },
  )
})

test('a mount that would appear on the machine', () => {
  const script = `
    mount --make-rshared /
    for propagation in unchanged private; do
      unshare -m --propagation $propagation sleep 1000 & P=$!
      while [ "$(readlink /proc/$P/ns/mnt)" = "$(readlink /proc/self/ns/mnt)" ]; do sleep 0.01; done
      until [ "$(cat /proc/$P/comm)" = sleep ]; do sleep 0.01; done
      node ${JSON.stringify(projectFile('dist/cooper.cjs'))} inspect $P --json; echo =====
    done`
  const printed = execFileSync('unshare', ['-Urmpf', '--mount-proc', '--kill-child', 'bash', '-c', script])
  const [open, closed] = printed
    .toString()
    .split('=====\n', 2)
    .map((text) => JSON.parse(text).weak)
  expect(open.find(({ name }: { name: string }) => name === 'propagation').says).toMatch(
    /^what it mounts below \/.* appears on the machine$/,
  )
  expect(names(closed)).not.toContain('propagation')
})

describe('what may not be read', () => {
  test('is said with its reason, and the rest is told', async () => {
    // Whoever is root of a user namespace only has no right to look at a process outside of it.
    const { pid } = await start(['sleep', '1000'], itself('sleep'))
    const program = projectFile('dist/cooper.cjs')
    const ask = (...more: string[]) =>
      spawnSync('unshare', ['-Ur', 'node', program, 'inspect', String(pid), ...more], { encoding: 'utf8' })
    const { status, stdout } = ask('--json')
    expect(status).toBe(0)
    const report = JSON.parse(stdout)
    for (const kind of Object.keys(truth(pid)))
      expect(report.namespaces[kind]).toMatchObject({ inode: null, shared: null })
    expect(report).toMatchObject({ contained: null, weak: [], command: ['sleep', '1000'], links: null })
    expect(report.unread[0].why).toContain('PTRACE_MODE_READ_FSCREDS')
    expect(ask().stdout).toMatch(/^weak\n +- +not judged/m)
  })
})

describe('bad input', () => {
  const gone = spawnSync('true').pid
  const thread = processes(machine).find(({ kernel }) => kernel)?.pid

  test.each([
    ['no process', String(gone), 1, /ESRCH[\s\S]*because +no process has the number/],
    ['more than there can be', '9999999', 1, /ESRCH/],
    ['zero', '0', 2, /^cooper: '0' is no process number/],
    ['a word', 'init', 2, /^cooper: 'init' is no process number/],
    ['a number and more', '1x', 2, /^cooper: '1x' is no process number/],
  ])('%s: %s', async (_, argument, status, message) => {
    for (const json of [[], ['--json']]) {
      const told = await cooper(['inspect', argument, ...json])
      expect(told).toMatchObject({ status, stdout: '' })
      expect(told.stderr).toMatch(message)
    }
  })

  test('nothing', async () => {
    const told = await cooper(['inspect'])
    expect(told.status).toBe(2)
    expect(told.stderr).toContain('What is missing: pid')
  })

  test.skipIf(!thread)('a thread of the kernel (skipped where none is seen)', async () => {
    const told = await cooper(['inspect', String(thread)])
    expect(told).toMatchObject({ status: 1, stdout: '' })
    expect(told.stderr).toMatch(
      /^inspect: process \d+ \(.+\) cannot be inspected\n +because +it is a thread of the kernel/,
    )
  })

  test('a zombie', async () => {
    const { pid } = await start(['sh', '-c', 'sleep 0.01 & exec sleep 1000'], (all, parent) =>
      all.find((one) => one.ppid === parent && one.state === 'Z'),
    )
    const told = await cooper(['inspect', String(pid)])
    expect(told).toMatchObject({ status: 1, stdout: '' })
    expect(told.stderr).toMatch(/because +it has ended; only its number is left/)
  })

  test('one that ends while it is read: no half report', async () => {
    const { pid } = await start(['unshare', '-Urn', 'sleep', '1000'], itself('sleep'))
    const ending = inspect(pid, async () => {
      process.kill(pid, 'SIGKILL')
      await until(() => !existsSync(`/proc/${pid}/ns/net`) || undefined)
      return { links: [], listeners: [] }
    })
    await expect(ending).rejects.toThrow(KernelError)
    await expect(ending).rejects.toThrow(`process ${pid} (sleep) ended while it was read`)
  })

  test('many that end at any moment: each a report, or the error', async () => {
    let [whole, refused] = [0, 0]
    for (let round = 0; round < 40; round++) {
      const child = spawn('sleep', [String((round % 10) / 1000)], { stdio: 'ignore' })
      await inspect(child.pid!).then(
        ({ ids, namespaces }) => {
          whole++
          expect(ids.capabilities.bounding.length + Object.keys(namespaces).length).toBeGreaterThan(6)
          for (const line of Object.values(namespaces)) expect(line.inode).not.toBeNull()
        },
        (error: unknown) => {
          refused++
          expect(error).toBeInstanceOf(KernelError)
        },
      )
    }
    expect(whole + refused).toBe(40)
    expect(whole).toBeGreaterThan(0)
  })

  test('a name that would act on the terminal', async () => {
    const file = join(folder(), 'a\x1b[31mb')
    copyFileSync(which('sleep')!, file)
    const { pid } = await start(['unshare', '-Urn', file, '1000'], (all, first) =>
      all.find((one) => one.pid === first && one.name.includes('\x1b')),
    )
    const { stdout } = await cooper(['inspect', String(pid)])
    expect(stdout).not.toContain('\x1b')
  })
})

describe('looks', () => {
  test('colours only where they are wanted, and they change no text', async () => {
    const { pid } = await start(['unshare', '-Urn', 'sleep', '1000'], itself('sleep'))
    const told = async (env: Record<string, string>) =>
      (await cooper(['inspect', String(pid)], { env })).stdout
    const [plain, never, painted] = [
      await told({}),
      await told({ NO_COLOR: '1' }),
      await told({ FORCE_COLOR: '1' }),
    ]
    expect(plain).not.toContain('\x1b')
    expect(never).toBe(plain)
    expect(painted).toContain('\x1b[')
    expect(painted.replace(/\x1b\[[\d;]*m/g, '')).toBe(plain)
  })

  test('every lesson that a line names is there, and every capability has its words', () => {
    const ids = findLessons(projectFile()).map(({ id }) => id)
    for (const lesson of [...Object.values(lessonOf), ...Object.values(lessonAbout)])
      expect(ids).toContain(lesson)
    expect(Object.keys(powers)).toEqual([...allCapabilities])
  })
})

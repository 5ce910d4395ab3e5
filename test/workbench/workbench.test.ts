import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { descendants, machine, namespaces, processes, viewOf } from '../../src/facts/index.ts'
import { openBenches, Workbench } from '../../src/workbench/index.ts'
import { alive, within } from '../support/child.ts'
import { type Opened, openBench } from '../support/open-bench.ts'

const isRoot = process.getuid!() === 0
const kinds = ['user', 'mnt', 'pid', 'net', 'uts', 'ipc', 'cgroup'] as const

let open: Opened
beforeAll(async () => {
  open = await openBench()
})
afterAll(() => open.close())

describe('what it is', () => {
  test.each(kinds)('its own %s namespace', (kind) => {
    const [ours, theirs] = [process.pid, open.workbench.holder].map(
      (pid) => namespaces(machine, pid)[kind]?.inode,
    )
    expect(theirs).toBeGreaterThan(0)
    expect(theirs).not.toBe(ours)
  })

  test('root in it is nobody of the machine, or whoever made it', () => {
    const { holder } = open.workbench
    const uids = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${holder}/status`, 'utf8'))!
    const gids = /^Groups:(.*)$/m.exec(readFileSync(`/proc/${holder}/status`, 'utf8'))!
    if (isRoot) {
      expect(Number(uids[1])).toBeGreaterThan(0x7000_0000)
      expect(gids[1]!.trim()).toBe('')
    } else expect(Number(uids[1])).toBe(process.getuid!())
  })

  test('the learner is root, in a home of their own, on a machine with another name', async () => {
    const { output } = await open.sh(
      'id -u; pwd; echo $HOME; hostname; touch ~/x /tmp/x /run/x /var/tmp/x && echo fine',
    )
    expect(output).toBe('0\n/root\n/root\nworkbench\nfine\n')
  })

  test('three inhabitants, and process 1 is the init', async () => {
    const list = processes(viewOf(open.workbench.holder)).map(({ name }) => name)
    expect(list[0]).toBe('cooper-init')
    for (const name of ['webserver', 'database', 'cron']) expect(list).toContain(name)
    expect(list.filter((name) => name.includes('node'))).toEqual([])
    const { output } = await open.sh('exec 3<>/dev/tcp/127.0.0.1/80 && echo >&3 && tail -1 <&3; exec 3>&-')
    expect(output).toContain('Hello from the workbench.')
  })

  test('the machine’s programs are there, and /cooper/bin is first on PATH', async () => {
    const { output } = await open.sh(
      'command -v cooper; command -v node; readlink -f $(command -v sh) | head -1',
    )
    expect(output.split('\n').slice(0, 2)).toEqual(['/cooper/bin/cooper', '/cooper/bin/node'])
    expect((await open.sh('node -p 1+1')).output).toBe('2\n')
  })

  test('no descriptor of ours is open in it', () => {
    for (const pid of descendants(processes(machine), open.workbench.holder).map(({ pid }) => pid)) {
      const fds = readdirSync(`/proc/${pid}/fd`).filter((fd) => Number(fd) > 2 && Number(fd) !== 255)
      const { name } = processes(machine).find((one) => one.pid === pid)!
      // A server listens.
      expect(fds.length, name).toBeLessThanOrEqual(1)
    }
  })

  test('the environment has nothing of ours', async () => {
    const { output } = await open.sh('env')
    for (const name of ['VITEST', 'XDG_STATE_HOME', 'SSH_AUTH_SOCK', 'PWD=/work'])
      expect(output).not.toContain(name)
  })
})

describe('its facts', () => {
  test('are those of inside, by inside’s numbers', async () => {
    const { bench } = open.workbench
    const shell = bench.shell('host')!
    expect(shell.pid).toBe(Number((await open.sh('echo $$')).output))
    expect(bench.process(1)?.name).toBe('cooper-init')
    expect(bench.mounts(1).some(({ at, options }) => at === '/usr' && options.includes('ro'))).toBe(true)
    expect(bench.ids(shell.pid)?.uidMap[0]?.inside).toBe(0)
    expect(bench.shell('never opened')).toBeUndefined()
  })

  test('read: files only; a link is not followed, a pipe does not hold us', async () => {
    await open.sh('echo hello >/tmp/file; ln -s /etc/passwd /tmp/link; mkfifo /tmp/pipe; mkdir -p /tmp/dir')
    await open.sh('head -c 200000 /dev/zero | tr "\\0" x >/tmp/big')
    const { read } = open.workbench.bench
    expect(read('/tmp/file')).toBe('hello\n')
    expect(read('/tmp/link')).toBeUndefined()
    expect(read('/tmp/pipe')).toBeUndefined()
    expect(read('/tmp/dir')).toBeUndefined()
    expect(read('/tmp/none')).toBeUndefined()
    expect(read('/tmp/big')?.length).toBe(64 * 1024)
  })

  test('read: a link on the way does not lead to the machine’s files either', async () => {
    const secret = join(open.state, 'secret')
    writeFileSync(secret, 'of the machine')
    await open.sh(`ln -sfn ${open.state} /tmp/way; ln -sfn ../../../../../../../.. /tmp/up`)
    expect(open.workbench.bench.read('/tmp/way/secret')).toBeUndefined()
    expect(open.workbench.bench.read(`/tmp/up${secret}`)).toBeUndefined()
    expect(open.workbench.bench.read(`/../../../..${secret}`)).toBeUndefined()
  })

  test('observe says in words what was changed', async () => {
    const { changed } = await open.workbench.observe(() => open.sh('mount -t tmpfs test /mnt'))
    expect(changed.join('\n')).toMatch(/new mount: .*\/mnt/)
    await open.sh('umount /mnt')
  })
})

test('it is in the list of open ones, with its terminals', async () => {
  await open.terminal('second')
  const mine = openBenches().filter(({ pid }) => pid === process.pid)
  expect(mine).toHaveLength(1)
  expect(mine[0]!.bench.holder).toBe(open.workbench.holder)
  expect(Object.keys(mine[0]!.bench.terminals).sort()).toEqual(['host', 'second'])
})

test('one name is one terminal, also when it is asked for twice at once; a closed one is opened anew', async () => {
  const [a, b] = await Promise.all([open.terminal('twice'), open.terminal('twice')])
  expect(a).toBe(b)
  await a.type('exit')
  await a.exit
  await within(1000, () => a.ended)
  const c = await open.terminal('twice')
  expect(c).not.toBe(a)
  expect(await c.type('echo again')).toMatchObject({ output: 'again\n', status: 0 })
})

test('made in less than 100 ms, the middle of ten; at its end nothing is left', async () => {
  const times: number[] = []
  const mountsBefore = readFileSync('/proc/self/mountinfo', 'utf8')
  for (let i = 0; i < 10; i++) {
    const began = performance.now()
    const bench = await Workbench.enter()
    times.push(performance.now() - began)
    const inside = [bench.holder, ...descendants(processes(machine), bench.holder).map(({ pid }) => pid)]
    await bench.end()
    expect(inside.filter(alive)).toEqual([])
  }
  expect(times.sort((a, b) => a - b)[5]).toBeLessThan(100)
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(mountsBefore)
})

test('two at once do not disturb each other', async () => {
  const two = await Promise.all([Workbench.enter(), Workbench.enter()])
  const [a, b] = await Promise.all(two.map((bench) => bench.terminal('host')))
  await a!.type('echo a >/tmp/mine')
  expect((await b!.type('cat /tmp/mine')).status).toBe(1)
  await Promise.all(two.map((bench) => bench.end()))
  expect((await open.sh('echo still here')).output).toBe('still here\n')
})

test('when the learner kills its process 1, all of it ends, and ending it once more is no error', async () => {
  const bench = await Workbench.enter()
  const terminal = await bench.terminal('host')
  process.kill(bench.holder, 'SIGKILL')
  await bench.exit
  await within(1000, () => terminal.ended)
  expect(terminal.ended).toBe(true)
  await bench.end()
})

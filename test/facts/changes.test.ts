import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  changes,
  descendants,
  listeners,
  type Mount,
  machine,
  namespaces,
  processes,
  process as processOf,
  type Snapshot,
  snapshot,
  type View,
  viewOf,
} from '../../src/facts/index.ts'
import { box, childOf, folder, start, until } from './box.ts'

const texts = (before: Snapshot, after: Snapshot) => changes(before, after).map(({ text }) => text)

/** What the lines of shell changed, as the box sees it, once `ready` is so. */
async function told(
  { run, holder }: Awaited<ReturnType<typeof box>>,
  line: string,
  ready: (view: View) => unknown = () => true,
): Promise<string[]> {
  const view = viewOf(holder)
  const before = await snapshot(view)
  await run(line)
  await until(() => ready(view) || undefined)
  return texts(before, await snapshot(view))
}

const runs =
  (name: string, times = 1) =>
  (view: View) =>
    processes(view).filter((one) => one.name === name).length === times
const named = (view: View, name: string) => processes(view).find((one) => one.name === name)!

/** A bash that runs the line when the line `go` is run. */
async function waiting({ run, holder }: Awaited<ReturnType<typeof box>>, line: string) {
  const fifo = join(folder(), 'go')
  const pid = Number(await run(`mkfifo ${fifo}; bash -c 'read < ${fifo}; ${line}' & echo $!`))
  await until(() => processOf(viewOf(holder), pid)?.command.find((argument) => argument.includes(line)))
  return { pid, go: `echo > ${fifo}` }
}

describe('processes', () => {
  test('new, and gone', async () => {
    const bench = await box()
    const [text, ...rest] = await told(bench, 'sleep 1000 &', runs('sleep'))
    const { pid } = named(viewOf(bench.holder), 'sleep')
    expect([text, rest]).toEqual([`new process ${pid} (sleep 1000)`, []])
    expect(await told(bench, `kill ${pid}; wait ${pid} || true`)).toEqual([
      `gone: process ${pid} (sleep 1000)`,
    ])
  })

  test('what exec made of one', async () => {
    const bench = await box()
    const { pid, go } = await waiting(bench, 'exec sleep 1000')
    const found = await told(bench, go, runs('sleep'))
    expect(found).toEqual([
      expect.stringMatching(`^process ${pid} is now sleep 1000; it was bash -c read < .*…$`),
    ])
  })

  test('a name and a number from another namespace are not the same process', async () => {
    const [before, after] = [await snapshot(machine), await snapshot(machine)]
    const self = after.processes.find((one) => one.pid === process.pid)!
    self.started += 1
    const mine = texts(before, after).filter((text) => text.includes(`${process.pid} (`))
    expect(mine).toEqual([
      expect.stringMatching(`^gone: process ${process.pid} `),
      expect.stringMatching(`^new process ${process.pid} `),
    ])
  })

  test('an orphan is adopted; a zombie waits', async () => {
    const bench = await box()
    await bench.run("bash -c 'sleep 1000 & wait' &")
    const view = viewOf(bench.holder)
    const orphan = await until(() => processes(view).find((one) => one.name === 'sleep'))
    const found = await told(bench, `kill -9 ${orphan.ppid}; wait ${orphan.ppid} || true`)
    expect(found).toEqual([
      `gone: process ${orphan.ppid} (bash -c sleep 1000 & wait)`,
      `process ${orphan.pid} (sleep 1000) was adopted by bash (1)`,
    ])

    await bench.run("bash -c 'sleep 2000 & exec sleep 3000' &")
    const child = await until(() => processes(view).find((one) => one.command[1] === '2000'))
    await until(() => processes(view).find((one) => one.command[1] === '3000'))
    const ended = await told(bench, `kill ${child.pid}`, (at) =>
      processes(at).some((one) => one.state === 'Z'),
    )
    expect(ended).toEqual([`process ${child.pid} (sleep 2000) has ended and waits to be reaped: a zombie`])
  })

  test('a hostile name stays on its line', async () => {
    const bench = await box()
    const file = `${folder()}/a\u001b[31m\nb`
    copyFileSync('/bin/sleep', file)
    const found = await told(
      bench,
      `$'${file.replace('\n', '\\n')}' 1000 &`,
      (view) => processes(view).length === 2,
    )
    expect(found).toHaveLength(1)
    expect(found[0]).not.toMatch(/[\u0000-\u001f]/)
  })

  test('a new root', async () => {
    const bench = await box()
    const dir = folder()
    await bench.run(`mount --rbind / ${dir}`)
    const [text, ...rest] = await told(bench, `chroot ${dir} sleep 1000 &`, runs('sleep'))
    expect(rest).toEqual([])
    expect(text).toMatch(new RegExp(`^new process \\d+ \\(sleep 1000\\), with its root at ${dir}$`))
  })
})

describe('namespaces', () => {
  test('a box, seen from the machine', async () => {
    const before = await snapshot(machine)
    const sleep = await start(
      ['unshare', '-Urpf', '--mount-proc', '--kill-child', 'sleep', '1000'],
      childOf('sleep'),
    )
    const after = await snapshot(machine)
    const { user, mnt } = namespaces(machine, sleep.ppid)
    const { pid } = namespaces(machine, sleep.pid)
    // Others come and go on the machine at the same time, and numbers of namespaces are soon used again.
    const ours = [user, mnt, pid].map((ref) => `${ref!.inode}`).concat(`process ${sleep.pid} `)
    const found = texts(before, after).filter(
      (text) => !text.startsWith('gone') && ours.some((part) => text.includes(part)),
    )
    const copies = after.mounts[`mnt ${mnt!.device}:${mnt!.inode}`]!.length - 1
    expect(found).toEqual([
      `new namespaces for unshare (${sleep.ppid}): user ${user!.inode}, mnt ${mnt!.inode} (a copy of the tree: ${copies} mounts)`,
      `new pid namespace ${pid!.inode}, made for sleep (${sleep.pid})`,
      `new process ${sleep.pid} (sleep 1000), which is 1 in its own pid namespace`,
      `new mount: proc on /proc, in mount namespace ${mnt!.inode}`,
    ])
  })

  test('a process inside a process inside: every number', async () => {
    const { run, holder } = await box()
    const before = await snapshot(machine)
    await run('unshare -pf --mount-proc --kill-child sleep 1000 &')
    const deep = await until(() =>
      descendants(processes(machine), holder).find((one) => one.name === 'sleep'),
    )
    expect(texts(before, await snapshot(machine))).toContain(
      `new process ${deep.pid} (sleep 1000), which is ${deep.nspid[1]} in the first one in and 1 in its own pid namespace`,
    )
  })

  test('unshare moves the caller, and of the pid namespace only its children', async () => {
    const bench = await box()
    const view = viewOf(bench.holder)
    const { pid, go } = await waiting(bench, 'exec unshare -u -i sleep 1000')
    const found = await told(bench, go, runs('sleep'))
    const { uts, ipc } = namespaces(view, pid)
    expect(found[0]).toBe(
      `new namespaces made by sleep (${pid}), which moved into them: uts ${uts!.inode}, ipc ${ipc!.inode}`,
    )
    expect(found.filter((text) => text.includes('moved'))).toHaveLength(1)

    const unborn = await told(bench, 'unshare -p sleep 2000 &', runs('sleep', 2))
    expect(unborn).toEqual([
      expect.stringMatching(
        /^new process \d+ \(sleep 2000\), whose children are born in another pid namespace$/,
      ),
    ])
  })

  test('setns joins what another made', async () => {
    const bench = await box()
    const [made] = await told(bench, 'unshare -u -n sleep 1000 &', runs('sleep'))
    const view = viewOf(bench.holder)
    const { pid } = named(view, 'sleep')
    const { net, uts } = namespaces(view, pid)
    expect(made).toBe(`new namespaces for sleep (${pid}): net ${net!.inode}, uts ${uts!.inode}`)
    const joined = await told(bench, `nsenter -t ${pid} -u -n tail -f /dev/null &`, runs('tail'))
    expect(joined).toEqual([
      expect.stringMatching(
        `^new process \\d+ \\(tail -f /dev/null\\), in the net and uts namespaces of sleep \\(${pid}\\)$`,
      ),
    ])
    const tail = named(view, 'tail').pid
    expect(await told(bench, `kill ${pid} ${tail}; wait || true`)).toEqual([
      `gone: the namespaces of sleep (${pid}): net ${net!.inode}, uts ${uts!.inode}`,
      `gone: process ${pid} (sleep 1000)`,
      `gone: process ${tail} (tail -f /dev/null)`,
    ])
  })

  test('a number that was given again is another namespace', async () => {
    const { holder } = await box()
    const before = await snapshot(viewOf(holder))
    const after = structuredClone(before)
    // All that was in it ended, and another process now lives in a namespace of the same number.
    for (const one of after.processes) one.started += 1
    const { uts } = namespaces(machine, holder)
    const found = texts(before, after).filter((text) => text.includes(`uts ${uts!.inode}`))
    expect(found).toEqual([
      expect.stringMatching(/^new namespaces for bash/),
      expect.stringMatching(/^gone: the namespaces of bash/),
    ])
  })

  test('a mount keeps one alive', async () => {
    const bench = await box()
    const file = `${folder()}/blue`
    const { mnt } = namespaces(machine, bench.holder)
    const [text, ...rest] = await told(bench, `touch ${file} && unshare --uts=${file} true`)
    const inode = /uts:\[(\d+)\]/.exec(text!)?.[1]
    expect(rest).toEqual([])
    expect(text).toBe(
      `new mount: uts:[${inode}] on ${file} (it keeps that namespace alive), in mount namespace ${mnt!.inode}`,
    )
    const [joined, ...more] = await told(bench, `nsenter --uts=${file} sleep 1000 &`, runs('sleep'))
    expect([joined, more]).toEqual([expect.stringMatching(/^new process \d+ \(sleep 1000\)/), []])
    const left = await told(bench, 'kill $!; wait || true')
    expect(left[0]).toBe(`uts namespace ${inode} has no process left; the mount on ${file} keeps it alive`)
  })
})

describe('mounts', () => {
  test('new, changed, gone', async () => {
    const bench = await box()
    const dir = folder()
    const where = `, in mount namespace ${namespaces(machine, bench.holder).mnt!.inode}`
    expect(await told(bench, `mount -t tmpfs t ${dir}`)).toEqual([`new mount: tmpfs on ${dir}${where}`])
    expect(await told(bench, `mkdir ${dir}/a ${dir}/b && mount --bind ${dir}/a ${dir}/b`)).toEqual([
      `new mount: /a on ${dir}/b (a bind mount)${where}`,
    ])
    expect(await told(bench, `mount -o remount,bind,ro ${dir}/b`)).toEqual([
      `the mount on ${dir}/b is now read-only${where}`,
    ])
    expect(await told(bench, `mount -o remount,bind,rw ${dir}/b`)).toEqual([
      `the mount on ${dir}/b is now writable${where}`,
    ])
    expect(await told(bench, `mount --make-shared ${dir}`)).toEqual([
      `the mount on ${dir} is now shared; it was private${where}`,
    ])
    expect(await told(bench, `mount --make-private ${dir} && umount ${dir}/b && umount ${dir}`)).toEqual([
      `gone: the mount of tmpfs on ${dir}${where}`,
      `gone: the mount of /a on ${dir}/b (a bind mount)${where}`,
    ])
  })

  test('many are counted', async () => {
    const bench = await box()
    const where = `, in mount namespace ${namespaces(machine, bench.holder).mnt!.inode}`
    const dir = folder()
    const all = Array.from(
      { length: 9 },
      (_, n) => `mkdir -p ${dir}/${n} && mount -t tmpfs t ${dir}/${n}`,
    ).join(' && ')
    const first = [0, 1, 2, 3, 4, 5].map((n) => `tmpfs on ${dir}/${n}`).join(', ')
    expect(await told(bench, all)).toEqual([`9 new mounts: ${first} and 3 more${where}`])
    const { length } = (await snapshot(viewOf(bench.holder))).mounts[key(bench.holder)]!
    expect(await told(bench, 'mount --make-rshared /')).toEqual([`${length} mounts became shared${where}`])
  })

  test('one that propagated is told once', async () => {
    const bench = await box()
    const dir = folder()
    await bench.run(`mount -t tmpfs t ${dir} && mount --make-shared ${dir} && mkdir ${dir}/x`)
    await bench.run('unshare -m --propagation unchanged sleep 1000 &')
    const view = viewOf(bench.holder)
    // Its command line is there a moment after its name.
    await until(() => (runs('sleep')(view) && named(view, 'sleep').command.includes('1000')) || undefined)
    const inodes = [namespaces(view, 1), namespaces(view, named(view, 'sleep').pid)].map(
      ({ mnt }) => mnt!.inode,
    )
    expect(await told(bench, `mount -t tmpfs t ${dir}/x`)).toEqual([
      `new mount: tmpfs on ${dir}/x, in mount namespaces ${inodes.sort().join(' and ')}`,
    ])
  })

  test('what a chroot hides is not gone', async () => {
    const bench = await box()
    const dir = folder()
    await bench.run(`mount --rbind / ${dir}`)
    const found = await told(bench, `chroot ${dir} sleep 1000 & chroot ${dir} sleep 1000 &`, runs('sleep', 2))
    expect(found.filter((text) => text.includes('mount'))).toEqual([])
  })

  const key = (pid: number) => {
    const { device, inode } = namespaces(machine, pid).mnt!
    return `mnt ${device}:${inode}`
  }
})

describe('networks', () => {
  const netOf = (view: View, pid: number) => namespaces(view, pid).net!.inode
  const only = (found: string[]) => found.filter((text) => text.includes('in net namespace'))

  test('a cable is laid, led into another namespace, plugged in, switched on', async () => {
    const bench = await box()
    const view = viewOf(bench.holder)
    await bench.run('ip link add br0 type bridge && ip link set br0 up && unshare --net sleep 1000 &')
    await until(() => runs('sleep')(view) || undefined)
    const { pid } = named(view, 'sleep')
    const [host, inner] = [netOf(view, 1), netOf(view, pid)]
    expect(await told(bench, 'ip link add v0 type veth peer name v1')).toEqual([
      `new cable: v1 and v0, in net namespace ${host}`,
    ])
    expect(await told(bench, `ip link set v1 netns ${pid} name eth0`)).toEqual([
      `v1 moved from net namespace ${host} to ${inner}, where it is eth0`,
    ])
    expect(await told(bench, 'ip link set v0 master br0 up')).toEqual([
      `v0 is now up, but its other end is not, in net namespace ${host}`,
      `v0 is now plugged into br0, in net namespace ${host}`,
    ])
    const inside = `nsenter -t ${pid} -n`
    expect(await told(bench, `${inside} ip link set eth0 up`)).toEqual([
      `the other end of v0 is now up, in net namespace ${host}`,
      `eth0 is now up, in net namespace ${inner}`,
    ])
    expect(await told(bench, `${inside} ip addr add 10.1.2.3/24 dev eth0`)).toEqual([
      `new address 10.1.2.3/24 of eth0, in net namespace ${inner}`,
      `new route: 10.1.2.0/24 through eth0, in net namespace ${inner}`,
    ])
    expect(await told(bench, `${inside} ip route add default via 10.1.2.1`)).toEqual([
      `new route: default by 10.1.2.1 through eth0, in net namespace ${inner}`,
    ])
    expect(await told(bench, 'ip link set v0 nomaster')).toEqual([
      `v0 is no longer plugged into br0, in net namespace ${host}`,
    ])
    expect(await told(bench, 'ip link set v0 down && ip link set v0 name cable')).toEqual([
      `v0 is now called cable, in net namespace ${host}`,
      `cable is now down, in net namespace ${host}`,
      `the other end of eth0 is now down, in net namespace ${inner}`,
    ])
    expect(await told(bench, 'ip link del cable')).toEqual([
      `gone: the cable of cable in net namespace ${host} and eth0 in ${inner}`,
    ])
  })

  test('both ends at once; and an end that goes with its namespace', async () => {
    const bench = await box()
    const view = viewOf(bench.holder)
    const host = netOf(view, 1)
    await bench.run('unshare --net sleep 1000 &')
    await until(() => (runs('sleep')(view) && netOf(view, named(view, 'sleep').pid) !== host) || undefined)
    const { pid } = named(view, 'sleep')
    const inner = netOf(view, pid)
    expect(await told(bench, `ip link add v0 type veth peer name eth0 netns ${pid}`)).toEqual([
      `new cable: v0 in net namespace ${host} and eth0 in ${inner}`,
    ])
    const before = await snapshot(view)
    await bench.run(`kill ${pid}; wait || true`)
    // The kernel takes its time to clean up what was in a namespace.
    for (let tries = 0; tries < 500; tries++) {
      const { networks } = await snapshot(view)
      if (!Object.values(networks).some(({ links }) => links.some(({ name }) => name === 'v0'))) break
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    expect(only(texts(before, await snapshot(view)))).toEqual([
      `gone: the cable of v0 in net namespace ${host} and eth0 in ${inner}`,
    ])
  })

  test('a new namespace is as the kernel makes it, which is no news; a lo that is up is', async () => {
    const bench = await box()
    const view = viewOf(bench.holder)
    expect(only(await told(bench, 'unshare --net sleep 1000 &', runs('sleep')))).toEqual([])
    const lines = await told(
      bench,
      "unshare --net sh -c 'ip link set lo up && exec tail -f /dev/null' &",
      runs('tail'),
    )
    const inner = netOf(view, named(view, 'tail').pid)
    expect(only(lines)).toEqual([
      `lo is now up, in net namespace ${inner}`,
      `new addresses 127.0.0.1/8 and ::1/128 of lo, in net namespace ${inner}`,
    ])
  })

  test('one that only a mount keeps', async () => {
    const bench = await box()
    const view = viewOf(bench.holder)
    await bench.run('mount -t tmpfs t /run')
    const [text] = await told(bench, 'touch /run/blue && unshare --net=/run/blue true')
    const blue = Number(/net:\[(\d+)\]/.exec(text!)?.[1])
    await bench.run('ip link add v0 type veth peer name v1')
    expect(await told(bench, 'ip link set v1 netns /run/blue')).toEqual([
      `v1 moved from net namespace ${netOf(view, 1)} to ${blue}`,
    ])
    expect(await told(bench, 'nsenter --net=/run/blue ip link set lo up')).toEqual([
      `lo is now up, in net namespace ${blue}`,
      `new addresses 127.0.0.1/8 and ::1/128 of lo, in net namespace ${blue}`,
    ])
  })

  test('with what was read before, nothing is missed', async () => {
    const bench = await box()
    const view = viewOf(bench.holder)
    const listen = "require('node:net').createServer().listen(8081, '::')"
    let before = await snapshot(view)
    for (const line of [
      'true',
      'ip link set lo up',
      'ip addr add 10.9.9.9/32 dev lo',
      'ip route add 10.8.0.0/16 dev lo',
      'ip -6 route add unreachable fd00::/8',
      `'${process.execPath}' -e "${listen}" & until ss -Hltn | grep -q 8081; do :; done`,
      'kill $! && wait $! || true',
      'ip link set lo down',
      'ip link add v0 type veth peer name v1',
      'ip link set v0 up',
      'ip link del v0',
    ]) {
      await bench.run(line)
      const [spared, whole] = [await snapshot(view, before), await snapshot(view)]
      expect(changes(spared, whole), line).toEqual([])
      expect(changes(before, spared).length > 0, line).toBe(line !== 'true' && !line.includes('-6 route'))
      before = spared
    }
  })

  test('somebody begins to listen, and stops', async () => {
    const bench = await box()
    const view = viewOf(bench.holder)
    const host = netOf(view, 1)
    const listen = "require('node:net').createServer().listen(8080, '0.0.0.0')"
    const found = await told(bench, `'${process.execPath}' -e "${listen}" &`, (at) => listeners(at, 1).length)
    const { pid, name } = processes(view).find((one) => one.command[0] === process.execPath)!
    expect(only(found)).toEqual([
      `new listener on tcp 0.0.0.0:8080: ${name} (${pid}), in net namespace ${host}`,
    ])
    expect(only(await told(bench, `kill ${pid}; wait || true`))).toEqual([
      `gone: the listener on tcp 0.0.0.0:8080, ${name} (${pid}), in net namespace ${host}`,
    ])
  })

  test('a hostile name stays on its line', async () => {
    const bench = await box()
    const [text] = await told(bench, "ip link add name $'\\e[31m' type bridge")
    expect(text).toBe(`new link \\x1b[31m (bridge), in net namespace ${netOf(viewOf(bench.holder), 1)}`)
  })
})

test('no time, no change; and a snapshot is plain data', async () => {
  const { holder } = await box()
  const seen = await snapshot(viewOf(holder))
  expect(changes(seen, structuredClone(seen))).toEqual([])
  expect(changes(seen, JSON.parse(JSON.stringify(seen)))).toEqual([])
  expect(seen.processes.map((one) => one.name)).toEqual(['bash'])
  expect(
    Object.values(seen.mounts)
      .flat()
      .map((mount: Mount) => mount.at),
  ).toContain('/proc')
})

test('order: namespaces, processes, mounts', async () => {
  const bench = await box()
  const view = viewOf(bench.holder)
  const before = await snapshot(view)
  await bench.run('unshare -m -n --mount-proc sleep 1000 &')
  await until(() => runs('sleep')(view) || undefined)
  expect(changes(before, await snapshot(view)).map(({ kind }) => kind)).toEqual([
    'namespace',
    'process',
    'mount',
  ])
})

test('a snapshot of 60 processes takes milliseconds', async () => {
  const bench = await box()
  const view = viewOf(bench.holder)
  await bench.run('for i in $(seq 59); do sleep 1000 & done 2> /dev/null')
  await until(() => runs('sleep', 59)(view) || undefined)
  const times: number[] = []
  for (let nth = 0; nth < 10; nth++) {
    const start = performance.now()
    expect((await snapshot(view)).processes).toHaveLength(60)
    times.push(performance.now() - start)
  }
  // The best of ten, for this machine may be busy. Who is not root sends a child into the network namespaces.
  expect(Math.min(...times)).toBeLessThan(process.geteuid?.() === 0 ? 20 : 50)
})

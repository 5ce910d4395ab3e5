import { describe, expect, test } from 'vitest'
import { descendants, machine, namespaces, processes, snapshot, viewOf } from '../../../src/facts/index.ts'
import { folder } from '../../support/folder.ts'
import { box, childOf, start, until } from '../box.ts'
import { named, runs, texts, told, waiting } from './told.ts'

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

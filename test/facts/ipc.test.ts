import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ipc, machine, posixQueues, processes, viewOf } from '../../src/facts/index.ts'
import { parseSysvipc } from '../../src/facts/ipc.ts'
import { box, until } from './box.ts'

/** A process in an IPC namespace of its own inside a box, by its number there. */
async function apart(commands: string) {
  const made = await box()
  const seconds = 5000 + Math.floor(Math.random() * 1000)
  await made.run(`unshare --ipc --mount bash -c '${commands}; exec sleep ${seconds}' > /dev/null & sleep 0`)
  const view = viewOf(made.holder)
  const { pid } = await until(() =>
    processes(view).find((one) => one.name === 'sleep' && one.command[1] === String(seconds)),
  )
  return { ...made, view, pid }
}

describe('System V objects', () => {
  test('of another namespace: what was made in it, and nothing of ours', async () => {
    const { view, pid } = await apart('ipcmk -M 1111 -p 0600; ipcmk -M 2222; ipcmk -S 3; ipcmk -Q')
    const facts = (await ipc(view, pid))!
    expect(facts.segments.map(({ id, bytes, mode, attached }) => [id, bytes, mode, attached])).toEqual([
      [0, 1111, 0o600, 0],
      [1, 2222, 0o644, 0],
    ])
    expect(facts.semaphores.map(({ id, semaphores }) => [id, semaphores])).toEqual([[0, 3]])
    expect(facts.queues.map(({ id, messages, bytes }) => [id, messages, bytes])).toEqual([[0, 0, 0]])
    expect(new Set(facts.segments.map(({ key }) => key)).size).toBe(2)
    // Root of the box, in the numbers of the box.
    expect(facts.segments[0]).toMatchObject({ uid: 0, gid: 0 })
  })

  test('of our own namespace are those that our own /proc lists', async () => {
    const facts = (await ipc(machine, process.pid))!
    const lines = readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n').slice(1)
    expect(facts.segments).toHaveLength(lines.length)
    const { view, pid } = await apart('true')
    expect(await ipc(view, pid)).toEqual({ segments: [], semaphores: [], queues: [] })
  })

  test('below a user namespace of its own; ids are numbered as the box does', async () => {
    const { holder, run } = await box()
    await run(
      'unshare --user --map-user=7 --ipc bash -c "ipcmk -M 4242; exec sleep 1000" > /dev/null & sleep 0',
    )
    const view = viewOf(holder)
    const { pid } = await until(() => processes(view).find((one) => one.name === 'sleep'))
    expect((await ipc(view, pid))?.segments).toMatchObject([{ id: 0, bytes: 4242, uid: 0 }])
  })

  test('is quick, and undefined for a process that is gone', async () => {
    const { view, pid } = await apart('true')
    await ipc(view, pid)
    const times: number[] = []
    for (let i = 0; i < 5; i++) {
      const started = performance.now()
      await ipc(view, pid)
      times.push(performance.now() - started)
    }
    expect(Math.min(...times)).toBeLessThan(20)
    expect(await ipc(view, 4_000_000)).toBeUndefined()
  })

  test('columns go by their titles; a negative key is what ipcs shows in hexadecimal', () => {
    const text = [
      '       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid',
      '-694833240          0  1600                  1111     7     0      2     5     6     0     0',
      '       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime',
      '       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid',
      '        17          3   644          12          2     0     0     0     0     0     0',
    ].join('\n')
    expect(parseSysvipc(text)).toEqual({
      segments: [
        { key: 0xd695afa8, id: 0, mode: 0o1600, uid: 5, gid: 6, bytes: 1111, attached: 2, creator: 7 },
      ],
      semaphores: [],
      queues: [{ key: 17, id: 3, mode: 0o644, uid: 0, gid: 0, messages: 2, bytes: 12 }],
    })
  })
})

describe('POSIX message queues', () => {
  test('are those of the mount, in the order of their names', async () => {
    const mount = 'mkdir -p /dev/mqueue; mount -t mqueue mqueue /dev/mqueue'
    const { view, pid } = await apart(`${mount}; touch /dev/mqueue/orders /dev/mqueue/bills`)
    expect(posixQueues(view, pid)).toEqual([
      { name: 'bills', bytes: 0 },
      { name: 'orders', bytes: 0 },
    ])
    expect(posixQueues(view, pid, '/proc')).toBeUndefined()
    expect(posixQueues(view, 4_000_000)).toBeUndefined()
  })
})

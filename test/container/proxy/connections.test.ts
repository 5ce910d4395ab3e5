import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sleep, within } from '../../support/child.ts'
import { ask, dialled, freePort, hash, heard, mirror, relayed, reversed, served } from './relayed.ts'

async function asked(port: number, count: number, atOnce: number): Promise<number> {
  let [next, right] = [0, 0]
  const one = async () => {
    while (next < count) {
      const text = `request ${next++}`
      if ((await ask(port, text)).toString() === reversed(text)) right++
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  return right
}

describe('connections', () => {
  test('500 of 500 requests, 50 at a time, are answered', async () => {
    const { port } = await relayed(await served(mirror))
    expect(await asked(port, 500, 50)).toBe(500)
  })

  test('a thousand at once', async () => {
    const { port } = await relayed(await served(mirror))
    expect(await asked(port, 1000, 1000)).toBe(1000)
  })

  test('10 MB each way arrive whole, the second after the first has ended', async () => {
    const { port } = await relayed(await served(mirror))
    const much = randomBytes(10_000_000)
    const answer = await ask(port, much)
    expect(answer.length).toBe(much.length)
    expect(hash(answer)).toBe(hash(much.reverse()))
  })

  test('both ways at the same time', async () => {
    const { port } = await relayed(await served((socket) => socket.pipe(socket)))
    const much = randomBytes(10_000_000)
    expect(hash(await ask(port, much))).toBe(hash(much))
  })

  test('who does not read is waited for, and nothing piles up meanwhile', async () => {
    const much = randomBytes(100_000_000)
    const { port, pid } = await relayed(await served((socket) => socket.end(much)))
    const socket = dialled(port)
    await once(socket, 'connect')
    await sleep(500)
    const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    expect(Number(kilobytes)).toBeLessThan(10_000)
    expect(hash(await heard(socket))).toBe(hash(much))
  })

  test('an answer that came before the question was over is not lost', async () => {
    const much = randomBytes(3_000_000)
    const { port } = await relayed(
      await served((socket) => {
        socket.end(much)
        socket.once('finish', () => setTimeout(() => socket.destroy(), 50))
      }),
    )
    const socket = dialled(port)
    // More than anybody reads, so that the server's kernel answers it with a reset.
    const talking = setInterval(() => socket.write(Buffer.alloc(100_000)), 5)
    onTestFinished(() => clearInterval(talking))
    await sleep(200)
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    await within(3000, () => false || Buffer.concat(chunks).length === much.length)
    expect(hash(Buffer.concat(chunks))).toBe(hash(much))
    // Somebody must tell it that it speaks to nobody.
    expect(await within(3000, () => socket.destroyed || socket.errored !== null)).toBe(true)
  })

  test('a client that breaks off is passed on as such', async () => {
    let broken = ''
    const to = await served((socket) =>
      socket.resume().on('error', (error: NodeJS.ErrnoException) => {
        broken = error.code!
      }),
    )
    const { port } = await relayed(to)
    const socket = dialled(port)
    await once(socket, 'connect')
    socket.write('begun')
    await sleep(50)
    socket.resetAndDestroy()
    expect(await within(2000, () => broken === 'ECONNRESET')).toBe(true)
  })

  test('a server that breaks off too: half an answer must not look like a whole one', async () => {
    const { port } = await relayed(
      await served((socket) => {
        socket.write('half')
        setTimeout(() => socket.resetAndDestroy(), 50)
      }),
    )
    await expect(ask(port, '')).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  test('with nobody behind the port the client is let go', async () => {
    const port = await served(() => {})
    const { port: dead } = await relayed((await freePort(port)) as number)
    await expect(ask(dead, 'anybody?')).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  test('without a descriptor to spare callers wait, and none is ever lost', async () => {
    const { port, pid } = await relayed(await served(mirror))
    const limited = spawnSync('prlimit', ['--pid', `${pid}`, '--nofile=20:20'])
    expect(limited.status).toBe(0)
    expect(await asked(port, 300, 40)).toBe(300)
    // Those that break off give theirs back, too.
    for (let i = 0; i < 60; i++) {
      const socket = dialled(port)
      await once(socket, 'connect')
      socket.write('x')
      if (i % 2) socket.resetAndDestroy()
      else socket.destroy()
    }
    expect(await asked(port, 50, 5)).toBe(50)
  })

  test('it waits without working', async () => {
    const { port, pid } = await relayed(await served((socket) => socket.resume()))
    const open = dialled(port)
    const half = dialled(port)
    half.end()
    await once(open, 'connect')
    await sleep(50)
    const before = ticks(pid)
    await sleep(500)
    expect(ticks(pid) - before).toBeLessThanOrEqual(1)
  })
})

/** Clock ticks of processor time, a hundred a second: fields 14 and 15 of proc_pid_stat(5). */
function ticks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return Number(fields[11]) + Number(fields[12])
}

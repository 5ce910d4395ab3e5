import { spawn as spawnProcess, spawnSync } from 'node:child_process'
import { createSocket, type Socket as Datagrams } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { nativeFile } from '../../../src/kernel/index.ts'
import { alive, sleep } from '../../support/child.ts'
import { freePort, held, here, proxied, relayed } from './relayed.ts'

describe('datagrams', () => {
  /** Answers each with itself and the port it came from. */
  async function echo(): Promise<number> {
    const server = createSocket('udp4', (message, { port, address }) =>
      server.send(`${message} from ${port}`, port, address),
    )
    onTestFinished(() => void server.close())
    server.bind(0, here)
    await once(server, 'listening')
    return server.address().port
  }

  function talk(kind: 'udp4' | 'udp6' = 'udp4'): Datagrams {
    const socket = createSocket(kind)
    onTestFinished(() => void socket.close())
    return socket
  }

  async function say(socket: Datagrams, text: string, port: number, host = here) {
    const answer = once(socket, 'message')
    socket.send(text, port, host)
    const [message, from] = await Promise.race([answer, sleep(2000).then(() => ['nothing', {}])])
    const [said, upstream] = `${message}`.split(' from ')
    return { said, upstream, from: from.address as string }
  }

  test('answers find the way back, each to its own asker', async () => {
    const { port } = await relayed(await echo(), 'udp')
    const [a, b] = [talk(), talk()]
    const answers = await Promise.all([say(a, 'a', port), say(b, 'b', port)])
    expect(answers.map(({ said }) => said)).toEqual(['a', 'b'])
    expect(answers[0]!.upstream).not.toBe(answers[1]!.upstream)
    // The same asker is the same to the server.
    expect((await say(a, 'again', port)).upstream).toBe(answers[0]!.upstream)
    const large = 'x'.repeat(60_000)
    expect((await say(b, large, port)).said).toBe(large)
  })

  test.each([
    ['127.0.0.2', 'udp4'],
    ['::1', 'udp6'],
  ] as const)('on all addresses the answer comes from the one that was asked: %s', async (host, kind) => {
    const port = held(`${await echo()}/udp`)
    await proxied(port)
    expect(await say(talk(kind), 'where?', port.port, host)).toMatchObject({ said: 'where?', from: host })
  })

  test('nobody there yet: later it works', async () => {
    const { port } = await relayed(await freePort(0), 'udp')
    const socket = talk()
    socket.send('anybody?', port, here)
    await sleep(50)
    const other = await relayed(await echo(), 'udp')
    expect((await say(socket, 'now', other.port)).said).toBe('now')
    expect(alive(other.pid)).toBe(true)
  })

  test('there may be more askers than it remembers', async () => {
    const { port, pid } = await relayed(await echo(), 'udp')
    const limited = spawnSync('prlimit', ['--pid', `${pid}`, '--nofile=1100:1100'])
    expect(limited.status).toBe(0)
    for (let i = 0; i < 1200; i++) {
      const socket = createSocket('udp4')
      const { said } = await say(socket, `${i}`, port)
      socket.close()
      expect(said).toBe(`${i}`)
    }
  })

  test('who was silent for long is forgotten', async () => {
    const port = held(`${here}::${await echo()}/udp`)
    const proxy = spawnProcess(nativeFile('proxy'), ['idle', '1', 'udp', '3', here, `${port.to}`], {
      stdio: ['ignore', 'inherit', 'inherit', port.fd],
    })
    onTestFinished(() => void proxy.kill('SIGKILL'))
    const socket = talk()
    const { upstream } = await say(socket, 'first', port.port)
    expect((await say(socket, 'soon', port.port)).upstream).toBe(upstream)
    await sleep(2500)
    const late = await say(socket, 'late', port.port)
    expect(late.said).toBe('late')
    expect(late.upstream).not.toBe(upstream)
  })
})

import { spawn as spawnProcess, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createSocket, type Socket as Datagrams } from 'node:dgram'
import { once } from 'node:events'
import { closeSync, readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { PublishedPort } from '../../src/container/box.ts'
import { holdPort, holdPorts } from '../../src/container/net/hold.ts'
import { portWish } from '../../src/container/net/ports.ts'
import { KernelError, native, nativeFile, spawn } from '../../src/kernel/index.ts'
import { startProxy } from '../../src/kernel/proxy.ts'
import { alive, mapOwnId, planOf, Refused, sleep, within } from '../support/child.ts'

const isRoot = process.getuid!() === 0
const here = '127.0.0.1'

function held(text: string): PublishedPort {
  const port = holdPort(portWish(text)[0]!)
  onTestFinished(() => closeSync(port.fd))
  return port
}

/** A server of this process on a free port. */
async function served(speak: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on('error', () => {}))
    speak(socket)
  }).listen(0, here)
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** A port of the machine that the proxy relays to `to`, and the proxy. */
async function relayed(to: number, protocol: 'tcp' | 'udp' = 'tcp', inside?: number) {
  const port = held(`${here}::${to}/${protocol}`)
  const proxy = await startProxy([port], here, inside)
  onTestFinished(async () => {
    proxy.stop()
    await proxy.exit
  })
  return { ...proxy, port: port.port }
}

function dialled(port: number): Socket {
  const socket = connect({ port, host: here, allowHalfOpen: true }).on('error', () => {})
  onTestFinished(() => void socket.destroy())
  return socket
}

/** Says something, says that this is all, and resolves to the answer. */
async function ask(port: number, text: string | Buffer): Promise<Buffer> {
  const socket = dialled(port)
  socket.end(text)
  return heard(socket)
}

/** All that comes until the other end has said all. (Iterating over a socket would close our end, too.) */
function heard(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  return new Promise((resolve, reject) => {
    socket.once('end', () => resolve(Buffer.concat(chunks))).once('error', reject)
  })
}

/** Answers when all was said, with it upside down. */
const mirror = (socket: Socket) =>
  heard(socket).then(
    (all) => socket.end(all.reverse()),
    () => {},
  )

const reversed = (text: string) => [...text].reverse().join('')

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

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Clock ticks of processor time, a hundred a second: fields 14 and 15 of proc_pid_stat(5). */
function ticks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return Number(fields[11]) + Number(fields[12])
}

/** A port where nobody listens. */
async function freePort(not: number): Promise<number> {
  const [fd, port] = native().listen(here, 0, 'tcp')
  closeSync(fd)
  return port === not ? freePort(not) : port
}

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
    const { stop, exit } = await startProxy([port], here)
    onTestFinished(async () => {
      stop()
      await exit
    })
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

describe('inside a network without a cable', () => {
  const script = `require('net').createServer({ allowHalfOpen: true }, (s) => s.on('error', () => {}).pipe(s)).listen(80, '127.0.0.1')`

  /** A process in user and network namespaces of its own, which serves at port 80 of its own loopback. */
  async function boxed(): Promise<number> {
    const nothing = spawn(
      planOf({
        argv: [process.execPath, '-e', script],
        paths: [process.execPath],
        clone: ['user', 'net'],
        calls: [{ do: 'linkUp', args: { name: 'lo' } }],
      } as never),
      { born: mapOwnId, failed: (failure) => new Refused(failure) },
    )
    const { pid, exit } = await nothing
    onTestFinished(async () => {
      if (alive(pid)) process.kill(pid, 'SIGKILL')
      await exit
    })
    const listens = () => readFileSync(`/proc/${pid}/net/tcp`, 'utf8').includes('0100007F:0050')
    expect(await within(5000, listens)).toBe(true)
    return pid
  }

  test('a door of the machine leads to its 127.0.0.1: 500 of 500', async () => {
    const box = await boxed()
    const { port, pid } = await relayed(80, 'tcp', box)
    expect(
      await Promise.all(Array.from({ length: 500 }, async (_, i) => `${await ask(port, `${i}`)}`)),
    ).toEqual(Array.from({ length: 500 }, (_, i) => `${i}`))
    const space = (pid: number) => spawnSync('stat', ['-Lc', '%i', `/proc/${pid}/ns/net`]).stdout.toString()
    if (isRoot) expect(space(pid)).toBe(space(box))
  })

  test('its root can neither read nor trace the proxy, which may do nothing itself', async () => {
    const box = await boxed()
    const { pid } = await relayed(80, 'tcp', box)
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    for (const none of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
      expect(status).toContain(`${none}:\t0000000000000000\n`)
    expect(status).toMatch(/^NoNewPrivs:\t1$/m)
    const enter = ['--target', `${box}`, '--user', '--preserve-credentials']
    const spied = spawnSync('nsenter', [...enter, 'cat', `/proc/${pid}/environ`], { encoding: 'utf8' })
    expect(spied.stderr).toContain('Permission denied')
    // The box itself it may look into, so it is not for want of rights.
    expect(spawnSync('nsenter', [...enter, 'cat', `/proc/${box}/environ`]).status).toBe(0)
  })

  test('of a process that is gone: ESRCH', async () => {
    const gone = spawnSync('true').pid
    const port = held(`${here}::80`)
    await expect(startProxy([port], here, gone)).rejects.toMatchObject({ errno: 3 })
  })
})

describe('holding', () => {
  /** Below the ports that connections get of the kernel: those are taken for a minute after their end. */
  const someRange = () => {
    const first = 20_000 + Math.floor(Math.random() * 10_000)
    return `${first}-${first + 100}`
  }

  const failure = (text: string) => {
    try {
      closeSync(holdPort(portWish(text)[0]!).fd)
    } catch (error) {
      if (error instanceof KernelError) return error.refusal
      throw error
    }
    throw new Error('it worked')
  }

  test.each(['tcp', 'udp'] as const)('a taken port names its owner: %s', (protocol) => {
    const { port } = held(`${here}:${someRange()}:80/${protocol}`)
    const name = readFileSync('/proc/self/comm', 'utf8').trim()
    for (const on of [`${here}:`, '', '0.0.0.0:'])
      expect(failure(`${on}${port}:80/${protocol}`)).toMatchObject({
        errno: 98,
        because: `${name} (process ${process.pid}) listens on 127.0.0.1:${port}`,
      })
    expect(failure(`${here}:${port}:80/${protocol}`).call).toBe(`bind("127.0.0.1:${port}", ${protocol})`)
    // Another address, or the other protocol, is another port.
    held(`127.0.0.2:${port}:80/${protocol}`)
    held(`${here}:${port}:80/${protocol === 'tcp' ? 'udp' : 'tcp'}`)
  })

  test('all addresses are those of IPv6 and of IPv4', async () => {
    const port = held(`${await served(mirror)}`)
    const { stop, exit } = await startProxy([port], here)
    onTestFinished(async () => {
      stop()
      await exit
    })
    const hosts = [
      '127.0.0.1',
      ...(readFileSync('/proc/net/if_inet6', 'utf8').includes(' lo') ? ['::1'] : []),
    ]
    for (const host of hosts) {
      const socket = connect({ port: port.port, host, allowHalfOpen: true })
      socket.end('both')
      expect(`${await heard(socket)}`).toBe('htob')
    }
  })

  test('of a range the first that is free; when none is, that is said', () => {
    const { port } = held(`${here}:${someRange()}:80`)
    const range = `${here}:${port}-${port + 20}:80`
    const other = held(range).port
    expect(other).toBeGreaterThan(port)
    expect(failure(`${here}:${port}-${port}:80`).errno).toBe(98)
    const both = [port, other].sort((a, b) => a - b)
    if (both[1] === port + 1) expect(failure(`${here}:${port}-${other}:80`).because).toContain('all of them')
  })

  test('what was held before another failed is noted, so that it can be let go', () => {
    const { port } = held(`${here}::80`)
    const fds: number[] = []
    const wish = [...portWish(`${here}::80`), ...portWish(`${here}:${port}:80`)]
    expect(() => holdPorts(wish, fds)).toThrow(KernelError)
    expect(fds.length).toBe(1)
    for (const fd of fds) closeSync(fd)
  })

  test('an address that the machine does not have', () => {
    expect(failure('192.0.2.1::80')).toMatchObject({
      errno: 99,
      because: 'this machine has no address 192.0.2.1',
    })
  })

  const first = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
  test.skipIf(isRoot || first < 2)('a port for root only (not as root: root may)', () => {
    expect(failure(`${here}:1:80`)).toMatchObject({
      errno: 13,
      because: `ports below ${first} are for root (net.ipv4.ip_unprivileged_port_start)`,
    })
  })

  test('a name can be held once, and is free again when its descriptor is closed', () => {
    const name = `cooper-test/${process.pid}`
    const fd = native().bindName(name)
    expect(() => native().bindName(name)).toThrow(expect.objectContaining({ errno: 98 }))
    closeSync(fd)
    closeSync(native().bindName(name))
    expect(() => native().bindName('x'.repeat(108))).toThrow(expect.objectContaining({ errno: 36 }))
  })
})

describe('the end', () => {
  test('stopped and let go, nothing of it is left', async () => {
    const port = holdPort(portWish(`${here}::${await served(mirror)}`)[0]!)
    const { pid, exit, stop } = await startProxy([port], here)
    expect(`${await ask(port.port, 'there?')}`).toBe('?ereht')
    stop()
    expect(await exit).toEqual({ code: 0, signal: 9 })
    expect(alive(pid)).toBe(false)
    closeSync(port.fd)
    await expect(ask(port.port, 'there?')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    held(`${here}:${port.port}:80`)
  })

  test('it hears no Ctrl-C, and dies with whoever started it', async () => {
    const root = join(import.meta.dirname, '../..')
    const code = `
      import { holdPort } from '${root}/src/container/net/hold.ts'
      import { startProxy } from '${root}/src/kernel/proxy.ts'
      const port = holdPort({ protocol: 'tcp', address: '${here}', containerPort: 80 })
      const { pid } = await startProxy([port], '${here}')
      console.log(pid, port.port)
      setInterval(() => {}, 1000)`
    const parent = spawnProcess(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', code],
      {
        env: { ...process.env, TSX_DISABLE_CACHE: '1' },
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
        cwd: root,
      },
    )
    onTestFinished(() => void parent.kill('SIGKILL'))
    const [line] = await once(parent.stdout, 'data')
    const [pid, port] = `${line}`.split(' ').map(Number)
    const group = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[2]
    expect(group(pid!)).toBe(`${pid}`)
    expect(alive(pid!)).toBe(true)
    const ended = once(parent, 'exit')
    parent.kill('SIGKILL')
    expect(await within(2000, () => !alive(pid!))).toBe(true)
    await ended
    held(`${here}:${port}:80`)
  })
})

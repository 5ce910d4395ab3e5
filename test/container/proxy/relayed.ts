import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { PublishedPort } from '../../../src/container/box.ts'
import { holdPort } from '../../../src/container/net/hold.ts'
import { portWish } from '../../../src/container/net/ports.ts'
import { native } from '../../../src/kernel/index.ts'
import { startProxy } from '../../../src/kernel/proxy.ts'

export const here = '127.0.0.1'

/** A port of this machine, held for the test: `-p` says which, and where it leads. */
export function held(text: string): PublishedPort {
  const port = holdPort(portWish(text)[0]!)
  onTestFinished(() => closeSync(port.fd))
  return port
}

/** A server of this process on a free port. */
export async function served(speak: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on('error', () => {}))
    speak(socket)
  })
  // Node's own queue of 511 is too short for a thousand callers at once.
  server.listen({ port: 0, host: here, backlog: 4096 })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** The proxy of a held port; it ends with the test. */
export async function proxied(port: PublishedPort, inside?: number) {
  const proxy = await startProxy([port], here, inside)
  onTestFinished(async () => {
    proxy.stop()
    await proxy.exit
  })
  return proxy
}

/** A port of the machine that the proxy relays to `to`, and the proxy. */
export async function relayed(to: number, protocol: 'tcp' | 'udp' = 'tcp', inside?: number) {
  const port = held(`${here}::${to}/${protocol}`)
  return { ...(await proxied(port, inside)), port: port.port }
}

export function dialled(port: number): Socket {
  const socket = connect({ port, host: here, allowHalfOpen: true }).on('error', () => {})
  onTestFinished(() => void socket.destroy())
  return socket
}

/** Says something, says that this is all, and resolves to the answer. */
export async function ask(port: number, text: string | Buffer): Promise<Buffer> {
  const socket = dialled(port)
  socket.end(text)
  return heard(socket)
}

/** All that comes until the other end has said all. (Iterating over a socket would close our end, too.) */
export function heard(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  return new Promise((resolve, reject) => {
    socket.once('end', () => resolve(Buffer.concat(chunks))).once('error', reject)
  })
}

/** Answers when all was said, with it upside down. */
export const mirror = (socket: Socket) =>
  heard(socket).then(
    (all) => socket.end(all.reverse()),
    () => {},
  )

export const reversed = (text: string) => [...text].reverse().join('')

export const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** A port where nobody listens. */
export async function freePort(not: number): Promise<number> {
  const [fd, port] = native().listen(here, 0, 'tcp')
  closeSync(fd)
  return port === not ? freePort(not) : port
}

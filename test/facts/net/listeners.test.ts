import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { listeners, processes, viewOf } from '../../../src/facts/index.ts'
import { parseSockets } from '../../../src/facts/net/listeners.ts'
import { folder } from '../../support/folder.ts'
import { box } from '../box.ts'
import { apart } from './ip.ts'

describe('listeners', () => {
  /** Listens as it is told to, and prints a line when it does. */
  const server = `
    const [tcp, tcp6, udp] = process.argv.slice(1).map(Number)
    const net = require('node:net'), dgram = require('node:dgram')
    net.createServer().listen(tcp, '127.0.0.1', () =>
      net.createServer().listen(tcp6, '::', () =>
        dgram.createSocket('udp4').bind(udp, '0.0.0.0', () => console.log('ready'))))`

  test('the same as ss(8) lists', async () => {
    const bench = await box()
    await bench.run('ip link set lo up')
    const fifo = join(folder(), 'ready')
    await bench.run(
      `mkfifo ${fifo}; '${process.execPath}' -e "$(cat <<'END'\n${server}\nEND\n)" 8080 8443 5353 > ${fifo} & read line < ${fifo}`,
    )
    const view = viewOf(bench.holder)
    const { pid } = processes(view).find((one) => one.command[0] === process.execPath)!
    const found = listeners(view, 1)
    expect(found.map(({ inode, ...one }) => one)).toEqual([
      { protocol: 'tcp', family: 4, address: '127.0.0.1', port: 8080, uid: process.getuid!(), pids: [pid] },
      { protocol: 'tcp', family: 6, address: '::', port: 8443, uid: process.getuid!(), pids: [pid] },
      { protocol: 'udp', family: 4, address: '0.0.0.0', port: 5353, uid: process.getuid!(), pids: [pid] },
    ])
    const lines = (await bench.run('ss -H -ltunpe')).trim().split('\n')
    const parsed = lines.map((line) => ({
      port: Number(/:(\d+)\s/.exec(line)?.[1]),
      pid: Number(/pid=(\d+)/.exec(line)?.[1]),
      inode: Number(/ino:(\d+)/.exec(line)?.[1]),
    }))
    const byPort = (a: { port: number }, b: { port: number }) => a.port - b.port
    expect(found.map(({ port, pids, inode }) => ({ port, pid: pids[0], inode })).sort(byPort)).toEqual(
      parsed.sort(byPort),
    )
    // A process in another network namespace has none of them.
    expect(listeners(view, await apart(bench))).toEqual([])
  })

  test("the kernel's lines, backwards", () => {
    const head = '  sl  local_address                         remote_address'
    const line = (local: string, state: string) =>
      `${head}\n   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 4711 1 ffff 100 0\n`
    expect(parseSockets(line('0100007F:1F90', '0A'), 'tcp')).toEqual([
      { protocol: 'tcp', family: 4, address: '127.0.0.1', port: 8080, uid: 1000, inode: 4711 },
    ])
    expect(parseSockets(line('000080FE00000000FF64C954BEB90BFE:14E9', '07'), 'udp6')).toMatchObject([
      { address: 'fe80::54c9:64ff:fe0b:b9be', port: 5353 },
    ])
    // Connected, or closed.
    expect(parseSockets(line('0100007F:1F90', '01'), 'tcp')).toEqual([])
    expect(parseSockets(line('0100007F:1F90', '01'), 'udp')).toEqual([])
    expect(parseSockets('', 'tcp')).toEqual([])
  })
})

import { execFile, spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { projectFile } from '../../src/kernel/index.ts'

/** Gigabits in a second, as iperf3 measures one connection. */
export interface Network {
  loopback: number
  /** Between two containers, over veth and bridge. */
  bridge: number
  /** From the machine to a published port, by NAT. */
  nft: number
  /** The same by way of 127.0.0.1, where the proxy answers. */
  proxy: number
}

const seconds = 2
const run = promisify(execFile)
const cooper = [process.execPath, projectFile('dist', 'cooper.cjs'), 'run']
const bridge = ['--init', '--only', 'pid,net', '--network', 'bridge']
const address = '198.51.100.1'

/** Measures in a network namespace of its own: nothing of it is the machine's. @throws when iperf3, nft or ip is missing */
export async function measureNetwork(): Promise<Network> {
  const own = ['-n', ...(process.getuid!() === 0 ? [] : ['-Ur'])]
  const set = `ip link set lo up; ip addr add ${address}/32 dev lo; echo; exec sleep 300`
  const machine = spawn('unshare', [...own, 'sh', '-c', set], { stdio: ['ignore', 'pipe', 'inherit'] })
  const inside = [
    '-t',
    String(machine.pid),
    '-n',
    ...(own.length > 1 ? ['-U', '--preserve-credentials'] : []),
  ]
  const background = (...command: string[]) => spawn('nsenter', [...inside, ...command], { stdio: 'ignore' })
  const others = [] as ReturnType<typeof background>[]
  try {
    await new Promise((resolve) => machine.stdout.once('data', resolve))
    others.push(
      background('iperf3', '-s', '-p', '5202'),
      background(...cooper, ...bridge, '-p', '5201', '-p', '15201:5201', '--', 'iperf3', '-s'),
    )
    const ask = async (...client: string[]) => {
      // Until the server listens, and for one that still takes leave of the last client.
      for (let tries = 0; ; tries++) {
        try {
          const { stdout } = await run('nsenter', [...inside, ...client, '-J', '-t', String(seconds)])
          return JSON.parse(stdout).end.sum_received.bits_per_second / 1e9
        } catch (error) {
          if (tries > 20) throw error
          await pause(100)
        }
      }
    }
    const loopback = await ask('iperf3', '-c', '127.0.0.1', '-p', '5202')
    const nft = await ask('iperf3', '-c', address, '-p', '15201')
    const proxy = await ask('iperf3', '-c', '127.0.0.1', '-p', '15201')
    const first = '10.213.0.2'
    return { loopback, nft, proxy, bridge: await ask(...cooper, ...bridge, '--', 'iperf3', '-c', first) }
  } finally {
    for (const child of others) child.kill('SIGTERM')
    await pause(300)
    machine.kill('SIGKILL')
  }
}

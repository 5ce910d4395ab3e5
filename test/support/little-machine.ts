import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { program, state, type Told } from './cooper.ts'

const isRoot = process.getuid!() === 0
const enter = (pid: number) => ['-t', String(pid), ...(isRoot ? [] : ['-U', '--preserve-credentials']), '-n']

/**
 * A network of its own that stands for a machine: bridges, rules and `ip_forward` of a test are made here, never on the
 * real one. A cable leads to a neighbour, who has a network of its own, too.
 */
export interface LittleMachine {
  /** Runs a line of shell there, and returns what it printed. */
  sh(line: string): string
  /** The same at the neighbour's. */
  neighbour(line: string): string
  /** `cooper run …`, to its end. */
  run(...args: string[]): Promise<Told>
  /** `cooper run …` in the background, to be killed with the test; resolves when it has printed `ready`. */
  start(...args: string[]): Promise<ChildProcess>
  /** `cooper clean` */
  clean(): void
  /** Everything of the network that could be left behind. */
  left(): string
}

/** What it and its neighbour are called on the cable between them. */
export const machineAddress = '198.51.100.1'
export const neighbourAddress = '198.51.100.2'

async function space(): Promise<number> {
  const child = spawn('unshare', [
    ...(isRoot ? [] : ['-Ur']),
    '-n',
    'sh',
    '-c',
    'ip link set lo up; echo; exec sleep 600',
  ])
  onTestFinished(() => void child.kill('SIGKILL'))
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve)
    child.once('exit', reject)
  })
  return child.pid!
}

export async function littleMachine(): Promise<LittleMachine> {
  const here = await space()
  // Within the same user namespace, so that one may give the other a cable.
  const there = Number(
    execFileSync('nsenter', [...enter(here), 'sh', '-c', 'unshare -n sleep 600 >/dev/null 2>&1 & echo $!'], {
      encoding: 'utf8',
    }),
  )
  onTestFinished(() => void process.kill(there, 'SIGKILL'))
  const at = (pid: number) => (line: string) =>
    execFileSync('nsenter', [...enter(pid), 'sh', '-c', line], { encoding: 'utf8' }).trim()
  const [sh, neighbour] = [at(here), at(there)]
  sh(
    `until ip link add cable type veth peer name cable netns ${there} 2>/dev/null; do sleep 0.05; done;
     ip addr add ${machineAddress}/24 dev cable; ip link set cable up`,
  )
  neighbour(`ip link set lo up; ip addr add ${neighbourAddress}/24 dev cable; ip link set cable up`)

  const own = state()
  const command = (args: string[]): ChildProcess => {
    const child = spawn('nsenter', [...enter(here), process.execPath, program, 'run', ...args], {
      env: { ...process.env, XDG_STATE_HOME: own, FORCE_COLOR: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    return child
  }
  return {
    sh,
    neighbour,
    run: (...args) =>
      new Promise((resolve) => {
        const child = command(args)
        const told: Told = { status: null, signal: null, stdout: '', stderr: '' }
        for (const name of ['stdout', 'stderr'] as const)
          child[name]!.setEncoding('utf8').on('data', (text: string) => {
            told[name] += text
          })
        child.on('close', (status, signal) => resolve({ ...told, status, signal }))
      }),
    start: (...args) =>
      new Promise((resolve, reject) => {
        const child = command(args)
        let said = ''
        const hear = (text: Buffer) => {
          said += text
          if (said.includes('ready')) resolve(child)
        }
        child.stdout!.on('data', hear)
        child.stderr!.on('data', hear)
        child.on('close', () => reject(new Error(`ended before it was ready: ${said}`)))
      }),
    clean: () =>
      void execFileSync('nsenter', [...enter(here), process.execPath, program, 'clean'], {
        env: { ...process.env, XDG_STATE_HOME: own },
      }),
    left: () =>
      sh(
        'ip -o link | cut -d" " -f2; nft list tables; cat /proc/sys/net/ipv4/ip_forward; ss -Hltnu; grep -c cooper /proc/net/unix || :',
      ),
  }
}

/** Resolves when something that was running is not any more. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise((resolve) => child.once('exit', resolve))
}

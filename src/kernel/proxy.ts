import { closeSync, openSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Namespace, namespaceBits } from './flags.ts'
import { native, nativeFile } from './native.ts'
import { type Exit, spawn } from './spawn.ts'

/** A socket that is bound already, and listens if it is one of TCP; and the port it leads to. */
export interface Relay {
  protocol: 'tcp' | 'udp'
  fd: number
  to: number
}

export interface RunningProxy {
  pid: number
  exit: Promise<Exit>
  /** Ends it, and every connection through it. The sockets it was given are still their owner's to close. */
  stop(): void
}

/**
 * Starts the userland proxy (native/proxy.cc): one process that relays whatever comes to these sockets to ports of
 * `address`. It dies with us.
 *
 * With `inside` it connects from the network namespace of that process, so that 127.0.0.1 is the container's own, while
 * the sockets stay in the namespace they were made in: that of the machine. A network without a cable has a door.
 *
 * It joins the namespaces itself, after exec: a program that is executed in a container's user namespace could be
 * traced by the container's root, and this one is a process of the machine.
 *
 * @throws an error with the errno of setns(2), execve(2) or of the relay that could not be begun
 */
export async function startProxy(
  relays: readonly Relay[],
  address: string,
  inside?: number,
): Promise<RunningProxy> {
  const open: number[] = []
  try {
    const join: string[] = []
    const keep = relays.map(({ fd }) => fd)
    if (inside !== undefined) {
      const pidfd = native().pidfdOpen(inside)
      open.push(pidfd)
      keep.push(pidfd)
      join.push('join', `${pidfd}`, `${namespaceBits(others(inside))}`)
    }
    const nothing = openSync('/dev/null', 'r+')
    open.push(nothing)
    const { pid, exit, signal } = await spawn(
      {
        clone: [],
        // What a terminal sends when somebody types Ctrl-C is meant for the container: we are in a session of our own.
        calls: [['setsid'], ...keep.map((fd): ['inherit', number] => ['inherit', fd])],
        argv: [
          'cooper-proxy',
          ...join,
          ...relays.flatMap(({ protocol, fd, to }) => [protocol, `${fd}`, address, `${to}`]),
        ],
        env: {},
        paths: [nativeFile('proxy')],
        stdio: [nothing, nothing, 2],
        keep,
      },
      { failed: (failure) => failed('errno' in failure ? failure.errno : 0) },
    )
    await ready(pid, exit)
    return { pid, exit, stop: () => signal(9) }
  } finally {
    for (const fd of open) closeSync(fd)
  }
}

/** Which of the two it has to enter. The user namespace first gives the right to the other; our own cannot be entered. */
function others(pid: number): Namespace[] {
  const differs = (kind: Namespace) =>
    readlinkSync(`/proc/${pid}/ns/${kind}`) !== readlinkSync(`/proc/self/ns/${kind}`)
  return (['user', 'net'] as const).filter(differs)
}

/** It takes the name when it has begun; when it cannot begin it ends with the errno of what was refused. */
async function ready(pid: number, exit: Promise<Exit>): Promise<void> {
  let ended: Exit | undefined
  exit.then((end) => {
    ended = end
  })
  while (!ended) {
    try {
      if (readFileSync(`/proc/${pid}/comm`, 'utf8') === 'cooper-proxy\n') return
    } catch {
      // It is gone, and its end is on the way.
    }
    await sleep(1)
  }
  throw failed(ended.code)
}

function failed(errno: number): Error {
  return Object.assign(new Error(`cooper-proxy could not start (errno ${errno})`), { errno })
}

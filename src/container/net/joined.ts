import { machine, namespaces, process as processOf, sameNamespace } from '../../facts/index.ts'
import { KernelError } from '../../kernel/index.ts'
import type { Join } from '../box.ts'
import type { Who } from '../ids.ts'

/**
 * Whose network is shared, for `container:PID`: the namespaces to enter before the others are made; undefined where
 * there is nothing to enter.
 */
export function joined(text: string, { privileged }: Who): Join | undefined {
  const refuse = (errno: number, because: string, remedy?: string) =>
    new KernelError({
      piece: 'net',
      call: `--network ${text}`,
      errno,
      because,
      remedy,
      learn: 'cooper learn net',
    })
  const pid = Number(text.slice('container:'.length))
  if (!Number.isSafeInteger(pid) || pid < 1)
    throw refuse(0, 'a container is named by the number of a process in it', '--network container:4711')
  const found = processOf(machine, pid)
  if (!found) throw refuse(3, `there is no process ${pid}`, 'its number on this machine: ps -e')
  if (found.kernel) throw refuse(0, `${pid} (${found.name}) is a thread of the kernel, not a container`)
  const theirs = namespaces(machine, pid)
  if (!theirs.net)
    throw refuse(13, `process ${pid} belongs to somebody else, whose namespaces this user may not enter`)
  // Root of the machine may enter any. Others may enter what they own, and that by way of its user namespace.
  const ours = namespaces(machine, process.pid)
  const inside = privileged || sameNamespace(theirs.user, ours.user)
  // It lives in the network that is ours already.
  if (sameNamespace(theirs.net, ours.net)) return undefined
  return { pid, namespaces: inside ? ['net'] : ['user', 'net'] }
}

import { closeSync, openSync } from 'node:fs'
import { openNetlink } from '../calls/open-netlink.ts'
import { setns } from '../calls/setns.ts'
import { KernelError } from '../error.ts'
import { programPaths, spawn } from '../spawn.ts'

/**
 * Netlink sockets of other network namespaces, for whoever may not enter them but may enter a user namespace that has
 * power over them. Node has more than one thread and may not (`man 2 setns`), so a child goes: it opens a socket in
 * each and hands it up. A socket is of the namespace it was made in, whoever uses it later.
 *
 * @param user the link of the user namespace that is entered first: `/proc/PID/ns/user`
 * @param spaces descriptors of network namespaces
 * @returns a socket for each, in their order; the caller closes them
 * @throws KernelError when one may not be entered, and the error of open(2) for a link that is gone
 */
export async function openNetlinkIn(user: string, spaces: number[]): Promise<number[]> {
  const key = openSync(user, 'r')
  const nothing = openSync('/dev/null', 'r+')
  const sockets: number[] = []
  const enter = (fd: number, kind: 'user' | 'net') => setns.encode!({ fd, pid: 0, namespaces: [kind] })
  try {
    const { exit } = await spawn(
      {
        clone: [],
        calls: [enter(key, 'user'), ...spaces.flatMap((fd) => [enter(fd, 'net'), openNetlink.encode!({})])],
        argv: ['true'],
        env: {},
        paths: programPaths('true'),
        stdio: [nothing, nothing, nothing],
        keep: [key, ...spaces],
        amongOthers: true,
      },
      {
        opened: (socket) => sockets.push(socket),
        failed: (failure) =>
          new KernelError({
            piece: 'facts',
            call:
              failure.what === 'call' && failure.index === 0
                ? `setns("${user}", user)`
                : 'opening a netlink socket in another network namespace',
            errno: 'errno' in failure ? failure.errno : 0,
            because: 'only who has CAP_SYS_ADMIN over a namespace may enter it',
          }),
      },
    )
    await exit
    return sockets
  } catch (error) {
    for (const socket of sockets) closeSync(socket)
    throw error
  } finally {
    closeSync(key)
    closeSync(nothing)
  }
}

import { addressAdd } from './address-add.ts'
import { bridgeAdd } from './bridge-add.ts'
import { bridgeRelease } from './bridge-release.ts'
import { capset } from './capset.ts'
import { chdir } from './chdir.ts'
import { chroot } from './chroot.ts'
import { clone } from './clone.ts'
import { deviceProgram } from './device-program.ts'
import { groupEnter } from './group-enter.ts'
import { groupJoin } from './group-join.ts'
import { groupLimit } from './group-limit.ts'
import { groupMake } from './group-make.ts'
import { groupRemove } from './group-remove.ts'
import { linkDelete } from './link-delete.ts'
import { linkUp } from './link-up.ts'
import { makePath } from './make-path.ts'
import { makeScratch } from './make-scratch.ts'
import { mkdir } from './mkdir.ts'
import { mknod } from './mknod.ts'
import { mount } from './mount.ts'
import { mountSetattr } from './mount-setattr.ts'
import { newIdMap } from './new-id-map.ts'
import { nft } from './nft.ts'
import { openNetlink } from './open-netlink.ts'
import { openRoot } from './open-root.ts'
import { openTerminal } from './open-terminal.ts'
import { overlayMount } from './overlay-mount.ts'
import { pivotRoot } from './pivot-root.ts'
import { prctl } from './prctl.ts'
import { proxy } from './proxy.ts'
import { removeTree } from './remove-tree.ts'
import { routeAdd } from './route-add.ts'
import { setdomainname } from './setdomainname.ts'
import { setgid } from './setgid.ts'
import { setgroups } from './setgroups.ts'
import { sethostname } from './sethostname.ts'
import { setns } from './setns.ts'
import { setsid } from './setsid.ts'
import { setuid } from './setuid.ts'
import { symlink } from './symlink.ts'
import { takeTerminal } from './take-terminal.ts'
import { umount } from './umount.ts'
import { unlink } from './unlink.ts'
import { unshare } from './unshare.ts'
import type { Verb } from './verb.ts'
import { vethAdd } from './veth-add.ts'
import { write } from './write.ts'
import { writeOfChild } from './write-of-child.ts'

/** Everything that a plan can ask of the kernel. A new call is a new file and a line here. */
export const verbs = {
  addressAdd,
  bridgeAdd,
  bridgeRelease,
  capset,
  chdir,
  chroot,
  clone,
  deviceProgram,
  groupEnter,
  groupJoin,
  groupLimit,
  groupMake,
  groupRemove,
  linkDelete,
  linkUp,
  makePath,
  makeScratch,
  mkdir,
  mknod,
  mount,
  mountSetattr,
  newIdMap,
  nft,
  openNetlink,
  openRoot,
  openTerminal,
  overlayMount,
  pivotRoot,
  prctl,
  proxy,
  removeTree,
  routeAdd,
  setdomainname,
  setgid,
  setgroups,
  sethostname,
  setns,
  setsid,
  setuid,
  symlink,
  takeTerminal,
  umount,
  unlink,
  unshare,
  vethAdd,
  write,
  writeOfChild,
}

type Verbs = typeof verbs
export type VerbName = keyof Verbs
export type ArgsOf<V extends VerbName> = Verbs[V] extends Verb<infer Args> ? Args : never

/** One call as data: which, and with what. */
export type Act = { [V in VerbName]: { do: V; args: ArgsOf<V> } }[VerbName]

/** The table entry of a call. The cast is safe: an Act's `args` are those of its own verb. */
export function verbOf(act: Act): Verb<Act['args']> {
  return verbs[act.do] as Verb<Act['args']>
}

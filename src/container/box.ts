import type { Namespace } from '../kernel/index.ts'
import type { BoxGroups } from './cgroup/version.ts'

/** Namespaces of a running process to enter before anything else. */
export interface Join {
  pid: number
  namespaces: Namespace[]
}

/** One line of an id map, as in user_namespaces(7): `inside` to `inside + count` are `outside` … in the parent. */
export interface IdMap {
  inside: number
  outside: number
  count: number
}

export interface Ids {
  uid: IdMap[]
  gid: IdMap[]
  /** Whether setgroups(2) is denied inside: the kernel asks for it before an unprivileged user may write gid_map. */
  denySetgroups: boolean
  /** By whom the maps are written: by us, or by newuidmap(1), which may give what /etc/subuid grants. */
  by: 'us' | 'newuidmap'
}

/** A directory or file of the machine, seen in the container too. */
export interface Volume {
  /** On the machine, absolute. */
  from: string
  /** In the container, without the leading slash. */
  to: string
  readOnly: boolean
  directory: boolean
  /** The container's root comes about in this volume, at this path below it. */
  root?: string
}

/** A place on a bridge of the machine, and a cable to it. */
export interface BridgeNetwork {
  bridge: string
  bridgeMac: string
  /** The bridge's own address, which is the way out. */
  gateway: string
  prefix: number
  /** Whether the machine forwards packets already. */
  forwards: boolean
  /** The machine's end of the cable; the container's is `eth0`. */
  veth: string
  address: string
  mac: string
  /** The table of nft with its family. */
  table: string
}

/** A port of the machine, held by a listening socket, that leads to one of the container. */
export interface PublishedPort {
  protocol: 'tcp' | 'udp'
  /** Of the machine; absent: all it has. */
  address?: string
  port: number
  /** The container's port. */
  to: number
  /** The socket. */
  fd: number
}

/** What a root in memory is put together from. */
export interface Parts {
  /** Directories of the machine that appear in it, read-only. */
  shared: { from: string; name: string }[]
  links: { name: string; to: string }[]
  /** Directories of its own, with their modes. */
  own: { name: string; mode: number }[]
}

/** What a root of layers is put together from: an overlay. */
export interface Layers {
  /** Where it is put together, in memory; the root is `merged` in it. */
  place: string
  /** Directories that are only read; the topmost first. */
  lower: string[]
  /** Where the changes go, to be kept, and the work directory beside it. Absent: in memory, gone with the container. */
  upper?: { at: string; work: string }
  /** The root of a user namespace mounts it. */
  userxattr: boolean
  /** Those of the container, when it has its own: what is left in the work directory is theirs. */
  ids?: Ids
  /** Directories of the layer between upper and lower, with their modes: mount points, and what is to be its own. */
  own: { name: string; mode: number }[]
  /** What was made for this container alone, by their names in /etc. */
  files: Record<string, string>
}

/** A container with every value known. Pieces read it, and never each other. */
export interface Box {
  /** Twelve hexadecimal digits. */
  id: string
  argv: string[]
  env: Record<string, string>
  /** Absent: stay where we are. */
  cwd?: string
  /** The namespaces that are its own; the others are shared with whoever makes it. */
  namespaces: Namespace[]
  /** The directory that becomes its `/`. `/` itself: the root stays. */
  root: string
  /** Mount points that the root file system does not have yet. */
  lacks?: string[]
  /** The root is put together in memory at `root`, from parts that others share. */
  parts?: Parts
  /** The root is an overlay. */
  layers?: Layers
  /** Nothing in the root file system itself can be written; volumes can. */
  readOnly?: boolean
  volumes?: Volume[]
  /** Nodes of the machine that are in its /dev too. */
  devices?: { from: string; to: string }[]
  /** The machine has /dev/mqueue, to be bound where there is no IPC namespace of its own. */
  mqueue?: boolean
  /** Paths below /proc and /sys that are there on this machine: `hide` cannot be seen, `freeze` not be written. */
  masks?: { hide: { path: string; directory: boolean }[]; freeze: string[] }
  hostname?: string
  domainname?: string
  /** With a user namespace of its own. */
  ids?: Ids
  /** Whom the program runs as, in the container's numbers; absent: as its root. */
  user?: { uid: number; gid: number; groups: number[] }
  /** Its control groups, and what they limit; absent: it stays in those of whoever makes it. */
  cgroup?: BoxGroups
  /** Its place on a bridge; absent: nothing but `lo`, or the network of somebody else. */
  network?: BridgeNetwork
  ports?: PublishedPort[]
  /** Descriptors that hold what only one can have: an address, ports. Closed when it ends. */
  held?: number[]
  /** Whose namespaces it enters before its own are made. */
  join?: Join
  /** A terminal from its own devpts. */
  terminal?: { rows: number; columns: number }
  /** Run cooper-init as process 1. */
  init?: boolean
}

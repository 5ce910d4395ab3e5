/** One write to a file of a group. */
export interface Setting {
  file: string
  text: string
  why: string
}

/** What a container may use, in numbers: docker's words, read and found possible. Absent: as much as there is. */
export interface Limits {
  /** Bytes. */
  memory?: number
  /** Bytes of memory and swap together; -1: no limit of swap. */
  memorySwap?: number
  /** Processors' worth of time: 0.5 is half of one. */
  cpus?: number
  /** Weight under contention, 2 to 262144; who says nothing has 1024. */
  cpuShares?: number
  /** `0-3,8` */
  cpusetCpus?: string
  /** Processes and threads; -1: no limit. */
  pids?: number
  throttles?: Throttle[]
  /** Which device nodes may be used; absent: no list is written. */
  devices?: DeviceRule[]
}

/** How much of a disk. */
export interface Throttle {
  /** `8:0` */
  device: string
  kind: 'read-bps' | 'write-bps' | 'read-iops' | 'write-iops'
  /** Bytes or operations a second. */
  rate: number
}

/** Nodes that may be read, written or made (`rwm`); a number that is absent is any. */
export interface DeviceRule {
  type: 'c' | 'b'
  major?: number
  minor?: number
  access: string
}

/** The flags of `run`, as somebody typed them. */
export interface LimitFlags {
  memory?: string
  memorySwap?: string
  cpus?: string
  cpuShares?: string
  cpusetCpus?: string
  pidsLimit?: string
  device?: string[]
  deviceReadBps?: string[]
  deviceWriteBps?: string[]
  deviceReadIops?: string[]
  deviceWriteIops?: string[]
}

/** What a flag is measured against. Tests hand in their own. */
export interface Capacity {
  /** The processors that may be used here, as a list: `0-3`. */
  cpus: string
}

/**
 * A controller of the kernel: what it limits, in docker's words and in the files of both versions. All there is to know
 * about one stands in its file; what it counts is read by the file of the same name in src/facts/groups/.
 */
export interface Controller {
  /** Its names: where a hierarchy of version 1 has it, and in version 2. Absent in 2: it has no controller there. */
  v1: readonly string[]
  v2?: string
  /** Which flags of `run` it serves. */
  flags: readonly (keyof LimitFlags)[]
  /** Reads its flags. Throws a KernelError that says what docker and the kernel want, before anything is made. */
  wish(flags: LimitFlags, capacity: Capacity): Limits
  /** The files to write, in order. */
  first(limits: Limits): Setting[]
  second(limits: Limits): Setting[]
}

/** Which way something goes: into the container, out of it, or both. */
type Way = 'in' | 'out' | 'both'

/** What the picture shows of a wall, in any language: names of the kernel. `*` marks what is the container's own. */
export interface Sight {
  /** On the machine, and seen by the process while there is no wall. */
  there: string[]
  /** What the machine has of the container when the wall is up. */
  trace?: string
  /** What the process sees behind the wall. */
  own: string[]
  crosses?: Exclude<Way, 'out'>
  stops: Exclude<Way, 'in'>
}

/** What the picture says of a wall. */
export interface Saying {
  /** For the arrows: what crosses, if anything does, and what does not. */
  words: { crosses?: string; stops: string }
  /** What the process has while there is no wall. */
  without: string
  /** What it has behind the wall. */
  within: string
  crosses: string[]
  stops: string[]
}

/** By the lessons that build them. A lesson that has no entry builds no wall; the order is that of the lessons. */
export const sights = {
  pid: { there: ['1 init', '412 web', '*655 sh'], own: ['*1 sh'], crosses: 'in', stops: 'out' },
  mnt: { there: ['/etc', '/home', '/data'], own: ['*/', '*/proc', '/data'], crosses: 'both', stops: 'both' },
  net: {
    there: ['eth0', 'port 80'],
    trace: '*veth',
    own: ['*10.213.0.2', '*port 80'],
    crosses: 'both',
    stops: 'both',
  },
  uts: { there: ['name host'], own: ['*name box'], stops: 'both' },
  ipc: { there: ['shm 0', 'queue 3'], own: ['*shm 0'], stops: 'both' },
  user: {
    there: ['uid 0', 'uid 1000'],
    trace: '*uid 100000',
    own: ['*uid 0'],
    crosses: 'both',
    stops: 'out',
  },
  cgroups: {
    there: ['16 GB', '8 CPUs'],
    trace: '*group box',
    own: ['*≤ 64 MB', '*≤ ½ CPU'],
    crosses: 'in',
    stops: 'out',
  },
  overlay: { there: ['base'], trace: '*upper', own: ['base', '*upper'], crosses: 'in', stops: 'out' },
} satisfies Record<string, Sight>

export type WallId = keyof typeof sights

export const isWall = (id: string): id is WallId => Object.hasOwn(sights, id)

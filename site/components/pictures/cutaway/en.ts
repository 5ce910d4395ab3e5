import type { Saying, WallId } from './wall.ts'

/** What the cutaway says, in English. Another language is another file like this. */
export const en = {
  group: 'The walls, from the kernel up',
  machine: 'The machine',
  process: 'A process on it',
  container: 'The container',
  kernel: 'One kernel, shared by all',
  calls: 'system calls',
  legend: { machine: 'the machine’s', own: 'the container’s own', crosses: 'crosses', stops: 'does not' },
  add: (name: string) => `Put up ${name}`,
  remove: 'Take one down',
  restart: 'Start without walls',
  slider: 'Walls that are up',
  count: (up: number, of: number) => `${up} of ${of} walls`,
  place: (number: number, of: number) => `wall ${number} of ${of}`,
  up: (name: string) => `The wall ${name} is up.`,
  down: (name: string) => `The wall ${name} is not up.`,
  crosses: 'What crosses it',
  stops: 'What does not',
  lesson: 'Build it:',
  all: 'All walls in words',
  label: (up: string[], not: string[]) =>
    `The machine and a container on it in section, both on one kernel. ${
      up.length ? `Walls between them: ${up.join(', ')}.` : 'No wall is between them.'
    }${not.length ? ` Open: ${not.join(', ')}.` : ''}`,
  shared: {
    says: 'No wall goes through the kernel. There is one, and every process of both sides calls it.',
    crosses: [
      'Its version is the same for all: uname -r says so inside, too.',
      'So are its modules, the time of day and most of its settings.',
      'A hole in it is a hole in every container. A virtual machine has a kernel of its own.',
    ],
  },
  walls: {
    pid: {
      words: { crosses: 'signals', stops: 'signals' },
      without: 'The process sees the numbers of all others, and can aim a signal at each.',
      within: 'Its program is process 1, and it sees its own processes alone.',
      crosses: [
        'The machine sees the processes inside, under other numbers: 655 there is 1 here.',
        'Signals go in. From outside, SIGKILL ends process 1 and so the container.',
      ],
      stops: ['Signals do not go out. What has no number here cannot be named.'],
    },
    mnt: {
      words: { crosses: 'volumes', stops: 'mounts' },
      without:
        'The process sees every directory of the machine, and what is mounted for one is mounted for all.',
      within: 'It has a tree of its own, and in it only what was put there.',
      crosses: [
        'A volume: one directory in two places. What is written to it here is written there.',
        'Mounts, too, as long as the tree is shared. So it is made private first.',
      ],
      stops: [
        'A mount made on one side is not there on the other.',
        'After pivot_root nothing of the old root is left to climb to.',
      ],
    },
    net: {
      words: { crosses: 'a cable', stops: 'ports' },
      without:
        'The process has the machine’s links and addresses, and a port that one has taken is taken for all.',
      within: 'It has links, addresses and ports of its own.',
      crosses: [
        'A veth cable. It ends in the bridge cooper0; NAT leads from there to the world.',
        'What is sent to a published port comes in, with another address on it.',
      ],
      stops: [
        'Links, addresses, routes and ports: both sides may listen on port 80.',
        'What is sent to 127.0.0.1 stays on its own side.',
      ],
    },
    uts: {
      words: { stops: 'names' },
      without: 'Whoever sets the host name sets it for the whole machine.',
      within: 'It has a name of its own.',
      crosses: ['Nothing. And uname -r says the same on both sides: the kernel’s version is no name.'],
      stops: ['The host name and the NIS domain name. These two, and nothing else.'],
    },
    ipc: {
      words: { stops: 'ids and keys' },
      without: 'Shared memory, semaphores and message queues lie in the kernel for all to find.',
      within: 'It has objects of its own, and they end with it.',
      crosses: ['Nothing. (/dev/shm is a file system: whether it is shared is up to mnt.)'],
      stops: [
        'System V objects and POSIX message queues: number 0 here is another object than number 0 there.',
      ],
    },
    user: {
      words: { crosses: 'ids, mapped', stops: 'power' },
      without:
        'Root in the container is root of the machine. Docker leaves it at that unless told otherwise.',
      within: 'Its root is nobody in particular outside.',
      crosses: [
        'Ids, through a map: 0 here is 100000 there. A file that root makes here belongs to 100000 there.',
        'An id that is not in the map appears as 65534.',
      ],
      stops: ['The power of root. Every capability is there, but only over what this namespace owns.'],
    },
    cgroups: {
      words: { crosses: 'limits', stops: 'more' },
      without:
        'The process may use all memory, all processors, and make processes until there are no numbers left.',
      within: 'It has a share, and cannot take more.',
      crosses: [
        'Limits are set and use is counted from outside.',
        'The view: /proc/meminfo here still tells the memory of the whole machine.',
      ],
      stops: [
        'Use beyond the limit: too much memory is answered with a kill, too much work with a wait.',
        'The groups above. Its own looks like the root of the tree.',
      ],
    },
    overlay: {
      words: { crosses: 'the base', stops: 'writes' },
      without: 'Containers that start from one directory would have to share it, or copy it whole.',
      within: 'It has a layer of its own on a base that all use and none can change.',
      crosses: ['The base, to be read. All containers share its files, on disk and in memory.'],
      stops: [
        'Writes. A changed file is first copied up, into a directory that is this container’s own.',
        'A deletion. It is a mark above the base, and the file is still there below.',
      ],
    },
  } satisfies Record<WallId, Saying> as Record<WallId, Saying>,
}

export type Words = typeof en

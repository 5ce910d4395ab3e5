import type { Row } from './row.ts'

/** Calls on control groups. */
export const groups: Row[] = [
  [
    {
      do: 'groupMake',
      args: {
        at: '/sys/fs/cgroup/memory/cooper/ab',
        top: '/sys/fs/cgroup/memory',
        version: 1,
        controllers: ['memory'],
      },
    },
    'mkdir("/sys/fs/cgroup/memory/cooper/ab", 0755)',
    'mkdir -p /sys/fs/cgroup/memory/cooper/ab',
    undefined,
  ],
  [
    {
      do: 'groupMake',
      args: { at: '/cg/cooper/ab', top: '/cg', version: 1, controllers: ['cpuset'] },
    },
    'mkdir("/cg/cooper/ab", 0755)',
    'mkdir -p /cg/cooper/ab && ' +
      'cat /cg/cpuset.cpus > /cg/cooper/cpuset.cpus && cat /cg/cpuset.mems > /cg/cooper/cpuset.mems && ' +
      'cat /cg/cooper/cpuset.cpus > /cg/cooper/ab/cpuset.cpus && cat /cg/cooper/cpuset.mems > /cg/cooper/ab/cpuset.mems',
    undefined,
  ],
  [
    {
      do: 'groupMake',
      args: {
        at: '/sys/fs/cgroup/cooper/ab',
        top: '/sys/fs/cgroup',
        version: 2,
        controllers: ['memory', 'pids'],
        owner: { uid: 7, gid: 8 },
      },
    },
    'mkdir("/sys/fs/cgroup/cooper/ab", 0755)',
    "mkdir -p /sys/fs/cgroup/cooper/ab && echo '+memory +pids' > /sys/fs/cgroup/cgroup.subtree_control && " +
      "echo '+memory +pids' > /sys/fs/cgroup/cooper/cgroup.subtree_control && " +
      'chown 7:8 /sys/fs/cgroup/cooper/ab /sys/fs/cgroup/cooper/ab/cgroup.procs',
    undefined,
  ],
  [
    { do: 'groupRemove', args: { at: '/sys/fs/cgroup/cooper/ab', top: '/sys/fs/cgroup' } },
    'rmdir("/sys/fs/cgroup/cooper/ab")',
    'until rmdir /sys/fs/cgroup/cooper/ab || [ ! -e /sys/fs/cgroup/cooper/ab ]; do ' +
      'xargs -r kill -KILL < /sys/fs/cgroup/cooper/ab/cgroup.procs; sleep 0.1; done; rmdir /sys/fs/cgroup/cooper',
    undefined,
  ],
  [
    { do: 'groupEnter', args: { at: '/sys/fs/cgroup/pids/cooper/ab' } },
    'write(open("/sys/fs/cgroup/pids/cooper/ab/tasks"), "0")',
    'echo 0 > /sys/fs/cgroup/pids/cooper/ab/tasks',
    ['write', '/sys/fs/cgroup/pids/cooper/ab/tasks', '0', 0, 0],
  ],
  [
    { do: 'groupJoin', args: { at: '/sys/fs/cgroup/pids/cooper/ab' } },
    'write(open("/sys/fs/cgroup/pids/cooper/ab/cgroup.procs"), "CHILD")',
    'echo $CHILD > /sys/fs/cgroup/pids/cooper/ab/cgroup.procs',
    undefined,
  ],
  [
    { do: 'groupJoin', args: { at: '/sys/fs/cgroup/ours', self: true } },
    'write(open("/sys/fs/cgroup/ours/cgroup.procs"), "0")',
    'echo $$ > /sys/fs/cgroup/ours/cgroup.procs',
    undefined,
  ],
  [
    {
      do: 'deviceProgram',
      args: {
        at: '/sys/fs/cgroup/cooper/ab',
        program: [{ code: 0x95, dst: 0, src: 0, off: 0, imm: 0 }],
      },
    },
    'bpf(BPF_PROG_LOAD, {BPF_PROG_TYPE_CGROUP_DEVICE, 1 instructions}), bpf(BPF_PROG_ATTACH, {"/sys/fs/cgroup/cooper/ab", BPF_CGROUP_DEVICE})',
    '# a shell has no bpf(2); what is attached to a group shows: bpftool cgroup show /sys/fs/cgroup/cooper/ab',
    undefined,
  ],
  [
    { do: 'groupLimit', args: { at: '/sys/fs/cgroup/cooper/ab', file: 'cpu.max', text: '50000 100000' } },
    'write(open("/sys/fs/cgroup/cooper/ab/cpu.max"), "50000 100000")',
    "echo '50000 100000' > /sys/fs/cgroup/cooper/ab/cpu.max",
    undefined,
  ],
]

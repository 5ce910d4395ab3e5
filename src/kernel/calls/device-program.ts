import { native } from '../native.ts'
import { quoted, verb } from './verb.ts'

/** One instruction, as `struct bpf_insn` of <linux/bpf.h> has it. */
export interface Instruction {
  code: number
  /** Registers, r0 to r10. */
  dst: number
  src: number
  /** Of a jump, in instructions; of a load, in bytes. */
  off: number
  imm: number
}

/**
 * bpf(2), twice: loads a program of type BPF_PROG_TYPE_CGROUP_DEVICE, and attaches it to a group of version 2. It goes
 * with the group.
 */
export interface DeviceProgramArgs {
  /** The group. */
  at: string
  program: Instruction[]
}

/** 8 bytes each, in this machine's order, which on all that we know is the little end first. */
function packed(program: Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8)
  for (const [nth, { code, dst, src, off, imm }] of program.entries()) {
    bytes.writeUInt8(code, nth * 8)
    bytes.writeUInt8(dst | (src << 4), nth * 8 + 1)
    bytes.writeInt16LE(off, nth * 8 + 2)
    bytes.writeInt32LE(imm, nth * 8 + 4)
  }
  return bytes
}

// #region call
export const deviceProgram = verb<DeviceProgramArgs>({
  run: ({ at, program }) => native().deviceProgram(at, packed(program)),
  say: ({ at, program }) =>
    `bpf(BPF_PROG_LOAD, {BPF_PROG_TYPE_CGROUP_DEVICE, ${program.length} instructions}), bpf(BPF_PROG_ATTACH, {${quoted(at)}, BPF_CGROUP_DEVICE})`,
  shell: ({ at }) => `# a shell has no bpf(2); what is attached to a group shows: bpftool cgroup show ${at}`,
  causes: {
    EPERM: () => ({
      because:
        'programs for the kernel need CAP_BPF and CAP_NET_ADMIN over the machine, and a user namespace gives neither',
      remedy: 'run it as root of the machine, or leave the piece cgroup out',
    }),
    EINVAL: ({ at }) => ({
      because: `the kernel did not take the program, or was built without CONFIG_CGROUP_BPF, or ${at} is no group of version 2`,
    }),
    EACCES: () => ({ because: 'the kernel’s verifier refused the program' }),
    ENOENT: ({ at }) => ({ because: `there is no group ${at}` }),
    EBADF: ({ at }) => ({ because: `${at} is no group of version 2` }),
  },
})
// #endregion call

import type { Instruction } from '../../kernel/index.ts'
import type { DeviceRule } from './controller.ts'

// A program that decides which devices may be opened, written down instruction by instruction. The kernel runs it each
// time a process of the group opens or makes a device node. In r1 it gets
//
//     struct bpf_cgroup_dev_ctx { __u32 access_type; __u32 major; __u32 minor; };      <linux/bpf.h>
//
// where access_type holds two numbers of 16 bits: what is wanted above, what kind of device below. What is in r0 at the
// end is the answer: 1 lets it pass, 0 is EPERM. The opcodes are those of the kernel's instruction-set.rst.

/** Registers. r1 to r5 come to no harm here: nothing is called. */
const [answer, context, type, access, major, minor] = [0, 1, 2, 3, 4, 5]
/** The context is not needed any more once it is read. */
const scratch = context

const insn = (code: number, dst: number, src: number, off: number, imm: number): Instruction => ({
  code,
  dst,
  src,
  off,
  imm,
})

/** dst = *(u32 *)(src + off) */
const load = (dst: number, src: number, off: number) => insn(0x61, dst, src, off, 0)
/** dst = src, dst = imm, dst &= imm, dst >>= imm: 32 bits, the upper ones become 0 */
const copy = (dst: number, src: number) => insn(0xbc, dst, src, 0, 0)
const set = (dst: number, imm: number) => insn(0xb4, dst, 0, 0, imm)
const and = (dst: number, imm: number) => insn(0x54, dst, 0, 0, imm)
const shift = (dst: number, imm: number) => insn(0x74, dst, 0, 0, imm)
/** if (dst != imm), if (dst != src): over so many instructions */
const unless = (dst: number, imm: number, over: number) => insn(0x55, dst, 0, over, imm)
const unlessSame = (dst: number, src: number, over: number) => insn(0x5d, dst, src, over, 0)
const exit = insn(0x95, 0, 0, 0, 0)

/** BPF_DEVCG_DEV_BLOCK and _CHAR, BPF_DEVCG_ACC_MKNOD, _READ and _WRITE. */
const kinds = { b: 1, c: 2 }
const wishes: Record<string, number> = { m: 1, r: 2, w: 4 }

// #region program
/** Which devices, as a program: one rule after the other, and whoever fits one may pass. */
export function deviceProgramOf(rules: readonly DeviceRule[]): Instruction[] {
  return [
    load(type, context, 0),
    and(type, 0xffff),
    load(access, context, 0),
    shift(access, 16),
    load(major, context, 4),
    load(minor, context, 8),
    ...rules.flatMap(rule),
    set(answer, 0),
    exit,
  ]
}

/** Passes what fits; else goes on behind itself, with the next rule. */
function rule({
  type: kind,
  major: wantedMajor,
  minor: wantedMinor,
  access: allowed,
}: DeviceRule): Instruction[] {
  const mask = [...allowed].reduce((bits, letter) => bits | wishes[letter]!, 0)
  const tests: ((over: number) => Instruction)[] = [
    (over) => unless(type, kinds[kind], over),
    // Nothing is wanted that is not allowed: what is left of it under the mask is all of it.
    () => copy(scratch, access),
    () => and(scratch, mask),
    (over) => unlessSame(scratch, access, over),
    ...(wantedMajor === undefined ? [] : [(over: number) => unless(major, wantedMajor, over)]),
    ...(wantedMinor === undefined ? [] : [(over: number) => unless(minor, wantedMinor, over)]),
  ]
  const pass = [set(answer, 1), exit]
  // A jump counts from the instruction behind it.
  const behind = tests.length + pass.length
  return [...tests.map((test, nth) => test(behind - nth - 1)), ...pass]
}
// #endregion program

import { spawnSync } from 'node:child_process'
import { mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { DeviceRule } from '../../src/container/cgroup/controller.ts'
import { sayRule, usual } from '../../src/container/cgroup/devices.ts'
import { deviceProgramOf } from '../../src/container/cgroup/ebpf.ts'
import { hierarchies, machine } from '../../src/facts/index.ts'
import { type Instruction, verbs } from '../../src/kernel/index.ts'

/** What the kernel would do: one instruction after the other. The verifier has no say here. */
function answers(program: Instruction[], [type, access, major, minor]: number[]): number {
  const context = new Uint32Array([type! | (access! << 16), major!, minor!])
  const r = new Uint32Array(11)
  for (let at = 0; ; at++) {
    const { code, dst, src, off, imm } = program[at]!
    if (code === 0x61) r[dst] = context[off / 4]!
    else if (code === 0xbc) r[dst] = r[src]!
    else if (code === 0xb4) r[dst] = imm
    else if (code === 0x54) r[dst]! &= imm
    else if (code === 0x74) r[dst]! >>>= imm
    else if (code === 0x55) at += r[dst] !== imm ? off : 0
    else if (code === 0x5d) at += r[dst] !== r[src] ? off : 0
    else if (code === 0x95) return r[0]!
    else throw new Error(`no such instruction: ${code}`)
  }
}

const [block, character] = [1, 2]
const [mknod, read, write] = [1, 2, 4]

describe('the program of devices', () => {
  const rules: DeviceRule[] = [
    ...usual,
    { type: 'c', major: 10, minor: 229, access: 'r' },
    { type: 'b', major: 8, access: 'rw' },
  ]
  const program = deviceProgramOf(rules)

  test.each([
    ['null, read and written', [character, read | write, 1, 3], 1],
    ['null, but as a disk', [block, read, 1, 3], 0],
    ['mem', [character, read, 1, 1], 0],
    ['any terminal', [character, read | write, 136, 77], 1],
    ['fuse, read', [character, read, 10, 229], 1],
    ['fuse, written', [character, write, 10, 229], 0],
    ['fuse, read and written', [character, read | write, 10, 229], 0],
    ['its neighbour', [character, read, 10, 230], 0],
    ['any disk of a driver', [block, read | write, 8, 16], 1],
    ['a disk of another', [block, read, 9, 0], 0],
    ['to make any node', [block, mknod, 9, 0], 1],
    ['to make and read any node', [block, mknod | read, 9, 0], 0],
  ])('%s', (_, asked, answer) => {
    expect(answers(program, asked)).toBe(answer)
  })

  test('without a rule nothing passes', () => {
    expect(answers(deviceProgramOf([]), [character, read, 1, 3])).toBe(0)
  })
})

test('rules as version 1 reads them', () => {
  expect(usual.slice(0, 3).map(sayRule)).toEqual(['c *:* m', 'b *:* m', 'c 1:3 rwm'])
})

const unified = hierarchies(machine, process.pid).find(({ version }) => version === 2)?.at
const isRoot = process.getuid!() === 0

test.skipIf(!unified || !isRoot)(
  'the kernel takes the program and asks it (needs root, and a version 2 that is mounted)',
  () => {
    const at = join(unified!, `cooper-test-${process.pid}`)
    mkdirSync(at)
    onTestFinished(() => rmdirSync(at))
    const without = usual.filter(({ minor }) => minor !== 7)
    verbs.deviceProgram.run!({ at, program: deviceProgramOf(without) }, { child: 0 })
    const tried = (device: string) =>
      spawnSync('sh', ['-c', `echo 0 > ${at}/cgroup.procs; exec 3<${device} && echo opened`], {
        encoding: 'utf8',
      })
    expect(tried('/dev/zero').stdout).toBe('opened\n')
    expect(tried('/dev/full')).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('Operation not permitted'),
    })
  },
)

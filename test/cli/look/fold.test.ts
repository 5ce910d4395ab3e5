import { expect, test } from 'vitest'
import { fold } from '../../../src/cli/look/fold.ts'
import { KernelError } from '../../../src/kernel/index.ts'

const { message } = new KernelError({
  piece: 'mnt',
  call: 'pivot_root(".", ".")',
  errno: 22,
  because: 'the parent mount of the new root is shared',
  remedy: 'make the tree private first: mount --make-rprivate /',
  learn: 'cooper learn mnt, "Break it"',
})

test('in a wide window nothing changes', () => {
  expect(fold(message, 80)).toBe(message)
})

test('in a narrow one whole words go on below where they began', () => {
  expect(fold(message, 40)).toBe(`\
mnt: pivot_root(".", ".") failed:
EINVAL, Invalid argument
  because   the parent mount of the new
            root is shared
  try       make the tree private first:
            mount --make-rprivate /
  learn     cooper learn mnt, "Break it"`)
})

test('what is longer than a line stays whole, to be copied', () => {
  const path = `/${'long/'.repeat(12)}`
  expect(fold(`  try       mkdir -p ${path} now`, 40)).toBe(
    `  try       mkdir -p\n            ${path}\n            now`,
  )
})

import { existsSync, statSync } from 'node:fs'
import { expect } from 'vitest'
import { namespaceTypes } from '../../../src/facts/index.ts'
import { cooper } from '../../support/cooper.ts'

export async function inspected(pid: number) {
  const told = await cooper(['inspect', String(pid), '--json'])
  expect(told).toMatchObject({ status: 0, stderr: '' })
  return JSON.parse(told.stdout)
}

/** What /proc says of the namespaces of two processes: the truth that reports are compared with. */
export function truth(pid: number) {
  return Object.fromEntries(
    namespaceTypes
      .filter((kind) => existsSync(`/proc/self/ns/${kind}`))
      .map((kind) => {
        const { ino } = statSync(`/proc/${pid}/ns/${kind}`)
        return [kind, { inode: ino, shared: ino === statSync(`/proc/self/ns/${kind}`).ino }]
      }),
  )
}

export const names = (weak: { name: string }[]) => weak.map(({ name }) => name)

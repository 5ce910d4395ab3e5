import { describe, expect, test } from 'vitest'
import { lessonAbout, lessonOf } from '../../../src/cli/inspect/lessons.ts'
import { powers } from '../../../src/cli/inspect/powers.ts'
import { allCapabilities } from '../../../src/facts/index.ts'
import { projectFile } from '../../../src/kernel/index.ts'
import { findLessons } from '../../../src/literate/index.ts'
import { itself, start } from '../../facts/box.ts'
import { cooper } from '../../support/cooper.ts'

describe('looks', () => {
  test('colours only where they are wanted, and they change no text', async () => {
    const { pid } = await start(['unshare', '-Urn', 'sleep', '1000'], itself('sleep'))
    const told = async (env: Record<string, string>) =>
      (await cooper(['inspect', String(pid)], { env })).stdout
    const [plain, never, painted] = [
      await told({}),
      await told({ NO_COLOR: '1' }),
      await told({ FORCE_COLOR: '1' }),
    ]
    expect(plain).not.toContain('\x1b')
    expect(never).toBe(plain)
    expect(painted).toContain('\x1b[')
    expect(painted.replace(/\x1b\[[\d;]*m/g, '')).toBe(plain)
  })

  test('every lesson that a line names is there, and every capability has its words', () => {
    const ids = findLessons(projectFile()).map(({ id }) => id)
    for (const lesson of [...Object.values(lessonOf), ...Object.values(lessonAbout)])
      expect(ids).toContain(lesson)
    expect(Object.keys(powers)).toEqual([...allCapabilities])
  })
})

import { readFileSync } from 'node:fs'
import type { Group } from './hierarchies.ts'

/** A file of a group, trimmed; undefined when it is not there (the root group lacks many), or the group is gone. */
export function fileOf({ directory }: Pick<Group, 'directory'>, name: string): string | undefined {
  try {
    return readFileSync(`${directory}/${name}`, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** A file that holds one number. `max` in version 2 is no number: no limit. */
export function numberOf(group: Pick<Group, 'directory'>, name: string): number | undefined {
  const text = fileOf(group, name)
  return text === undefined || !/^-?\d+$/.test(text) ? undefined : Number(text)
}

/** A file of lines `name number`: `memory.stat`, `memory.events`, `cpu.stat` … Empty when it is not there. */
export function tableOf(group: Pick<Group, 'directory'>, name: string): Record<string, number> {
  const lines = fileOf(group, name)?.split('\n') ?? []
  return Object.fromEntries(
    lines.flatMap((line): [string, number][] => {
      const [key, value] = line.split(' ')
      return key && value !== undefined ? [[key, Number(value)]] : []
    }),
  )
}

/** The group in the hierarchy that has a controller, and in which version. */
export function holderOf(
  groups: readonly Group[],
  controller: { v1: string; v2: string },
): Group | undefined {
  return (
    groups.find(({ version, controllers }) => version === 1 && controllers.includes(controller.v1)) ??
    groups.find(({ version, controllers }) => version === 2 && controllers.includes(controller.v2))
  )
}

import { realpathSync } from 'node:fs'
import { join, relative } from 'node:path'

/**
 * How to call this very program: `cooper` where that is on PATH, else as the learner has just called it, so that what
 * they are told to type works.
 */
export function cooper(rest: string, env = process.env, script = process.argv[1] ?? ''): string {
  if (env.npm_lifecycle_event === 'start') return `npm start --silent -- ${rest}`
  if ((env.PATH ?? '').split(':').some((dir) => isSame(join(dir, 'cooper'), script))) return `cooper ${rest}`
  const near = relative(process.cwd(), script)
  return `node ${near.startsWith('..') ? script : near} ${rest}`
}

function isSame(candidate: string, script: string): boolean {
  try {
    return realpathSync(candidate) === realpathSync(script)
  } catch {
    return false
  }
}

import { runProgram } from '../../kernel/index.ts'

/**
 * The shared libraries that some programs need, and the loader that loads them, as ldd(1) lists them. A script or a
 * static program needs none.
 */
export async function librariesOf(programs: string[]): Promise<string[]> {
  // One ldd for many programs takes as long as one for each, so a few of them share the work.
  const parts = Array.from({ length: 4 }, (_, part) => programs.filter((_, index) => index % 4 === part))
  const listed = await Promise.all(parts.map(ldd))
  const paths = listed.join('\n').matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)
  return [...new Set([...paths].map(([, path]) => path!))]
}

async function ldd(programs: string[]): Promise<string> {
  if (programs.length === 0) return ''
  // It ends with status 1 when one of them is a script; what it printed of the others holds.
  const { output } = await runProgram(['ldd', ...programs], '', { ...process.env, LC_ALL: 'C' })
  return output
}

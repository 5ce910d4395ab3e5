import { verbs } from './calls/index.ts'
import { type Namespace, namespaceNames } from './flags.ts'
import { type Failure, spawn } from './spawn.ts'

/**
 * Tries whether a process may be made in these namespaces, and where asked whether it may mount a /proc of its own.
 * Nothing runs in it and nothing is left. errno 0: it may.
 */
export async function tryClone(
  namespaces: Namespace[],
  { mountProc = false } = {},
): Promise<{ errno: number; call: string }> {
  const mount = { from: 'proc', to: '/proc', type: 'proc' }
  const clone = `clone(${namespaceNames(namespaces)})`
  let failure: Failure | undefined
  // A program that cannot be there: when exec is what fails, all before it worked.
  const plan = {
    clone: namespaces,
    calls: mountProc
      ? [verbs.mount.encode!({ to: '/', flags: ['rec', 'private'] }), verbs.mount.encode!(mount)]
      : [],
    argv: ['true'],
    env: {},
    paths: ['/proc/self/nothing'],
    stdio: [0, 1, 2] as [number, number, number],
  }
  const failed = (why: Failure) => {
    failure = why
    return new Error(clone)
  }
  await spawn(plan, { failed }).catch((error: Error) => {
    // Not the kernel's answer: the addon itself is missing, say.
    if (!failure) throw error
  })
  if (failure?.what === 'clone') return { errno: failure.errno, call: clone }
  if (failure?.what === 'call') return { errno: failure.errno, call: verbs.mount.say(mount) }
  return { errno: 0, call: clone }
}

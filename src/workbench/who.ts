import { accessSync, constants } from 'node:fs'
import { userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Who } from '../container/index.ts'
import { ids, machine, subIds } from '../facts/index.ts'

/** Who runs us, as far as it decides what can be made. */
export function whoAmI(): Who {
  const facts = ids(machine, process.pid)
  const privileged = facts?.capabilities.effective.includes('CAP_SYS_ADMIN') ?? false
  return {
    uid: process.geteuid!(),
    gid: process.getegid!(),
    privileged,
    uidMap: facts?.uidMap ?? [],
    gidMap: facts?.gidMap ?? [],
    granted: privileged ? undefined : granted(),
  }
}

/** Ranges that newuidmap(1) and newgidmap(1) would map for us; both, or none is of use. */
function granted(): Who['granted'] {
  if (!['newuidmap', 'newgidmap'].every(isProgram)) return undefined
  const owners = [String(process.geteuid!()), nameOf()]
  const [uid, gid] = ['/etc/subuid', '/etc/subgid'].map((file) =>
    subIds(file).find(({ owner }) => owners.includes(owner)),
  )
  return uid && gid ? { uid, gid } : undefined
}

function nameOf(): string | undefined {
  try {
    return userInfo().username
  } catch {
    // A user without a line in /etc/passwd.
    return undefined
  }
}

function isProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((dir) => {
    try {
      accessSync(join(dir, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

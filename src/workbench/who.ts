import type { Who } from '../container/index.ts'
import { ids, machine } from '../facts/index.ts'

/** Who runs us, as far as it decides what can be made. */
export function whoAmI(): Who {
  const facts = ids(machine, process.pid)
  return {
    uid: process.geteuid!(),
    gid: process.getegid!(),
    privileged: facts?.capabilities.effective.includes('CAP_SYS_ADMIN') ?? false,
    uidMap: facts?.uidMap ?? [],
    gidMap: facts?.gidMap ?? [],
  }
}

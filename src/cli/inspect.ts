import { hostname } from 'node:os'
import { lessonOf } from './inspect/lessons.ts'
import { namespaceSays } from './inspect/lines.ts'
import { type Inspection, inspect as inspectProcess } from './inspect/report.ts'
import { renderInspection } from './inspect/text.ts'
import { look } from './look/terminal.ts'
import type { Options } from './options.ts'
import { UsageError } from './usage.ts'

/** Takes a process apart: what it shares with whoever asks, what it may do, and where its walls are thin. */
export async function inspect(argument: string | undefined, { json }: Options<'inspect'>): Promise<number> {
  const found = await inspectProcess(pidOf(argument))
  if (json) console.log(JSON.stringify(asJson(found), null, 2))
  else console.log(renderInspection(found, hostname(), look(process.stdout, process.env)))
  return 0
}

function pidOf(text = ''): number {
  // As many digits as the kernel's largest pid_max may have.
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new UsageError(`'${text}' is no process number. Say one, such as: cooper inspect 1`)
  return Number(text)
}

/** Lines come with their lessons here, too; what was not found is null, so that the keys are always there. */
function asJson(about: Inspection) {
  const { process, namespaces, ids, ...rest } = about
  return {
    pid: process.pid,
    name: process.name,
    command: process.command,
    state: process.state,
    /** Its number in each PID namespace, from the reader's inwards. */
    numbers: process.nspid,
    parent: rest.parent ?? null,
    contained: rest.contained,
    hostname: rest.hostname ?? null,
    namespaces: Object.fromEntries(
      Object.entries(namespaces).map(([kind, line]) => {
        const type = kind as keyof typeof lessonOf
        return [kind, { ...line, says: namespaceSays(type, line.shared), lesson: lessonOf[type] }]
      }),
    ),
    user: rest.user,
    group: rest.group,
    ids,
    mounts: rest.mounts ?? null,
    links: rest.net?.links ?? null,
    listeners: rest.net?.listeners ?? null,
    cgroups: rest.cgroups,
    weak: rest.weak,
    unread: rest.unread,
  }
}

import { join } from 'node:path'
import {
  changes,
  processes,
  process as processOf,
  type Snapshot,
  snapshot,
  type View,
  viewOf,
} from '../../../src/facts/index.ts'
import { folder } from '../../support/folder.ts'
import { type box, until } from '../box.ts'

export type Box = Awaited<ReturnType<typeof box>>

export const texts = (before: Snapshot, after: Snapshot) => changes(before, after).map(({ text }) => text)

/** What the lines of shell changed, as the box sees it, once `ready` is so. */
export async function told(
  { run, holder }: Box,
  line: string,
  ready: (view: View) => unknown = () => true,
): Promise<string[]> {
  const view = viewOf(holder)
  const before = await snapshot(view)
  await run(line)
  await until(() => ready(view) || undefined)
  return texts(before, await snapshot(view))
}

export const runs =
  (name: string, times = 1) =>
  (view: View) =>
    processes(view).filter((one) => one.name === name).length === times
export const named = (view: View, name: string) => processes(view).find((one) => one.name === name)!

/** A bash that runs the line when the line `go` is run. */
export async function waiting({ run, holder }: Box, line: string) {
  const fifo = join(folder(), 'go')
  const pid = Number(await run(`mkfifo ${fifo}; bash -c 'read < ${fifo}; ${line}' & echo $!`))
  await until(() => processOf(viewOf(holder), pid)?.command.find((argument) => argument.includes(line)))
  return { pid, go: `echo > ${fifo}` }
}

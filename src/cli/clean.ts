import { clean as cleanUp } from '../workbench/index.ts'
import type { Options } from './options.ts'

/** Finishes what killed coopers left: reads their pages in the ledger and takes each act back. */
export async function clean({ json }: Options<'clean'>): Promise<number> {
  const done = await cleanUp()
  if (json) console.log(JSON.stringify({ done }))
  else console.log(done.length > 0 ? done.join('\n') : 'Nothing was left behind.')
  return 0
}

import { compose, launch, resolve, whyNotLowest } from '../../../src/container/index.ts'
import { projectFile } from '../../../src/kernel/index.ts'
import { own } from '../../../src/workbench/base/contents.ts'
import { Ledger } from '../../../src/workbench/ledger.ts'
import { whoAmI } from '../../../src/workbench/who.ts'
import { type Ground, limits, type Ready } from './ground.ts'

const wish = { network: 'bridge', memory: String(limits.bytes), pidsLimit: String(limits.pids) }

/** Our containers, from this process, which is warm. */
export async function cooper({ base: root }: Ground, network = 'bridge') {
  const who = whoAmI()
  const base = { root, own }
  const shared = { ...base, flat: await whyNotLowest(base, who) }
  const env = { PATH: '/usr/bin:/bin' }
  return async (...argv: string[]) => {
    const { box, pieces } = resolve({ argv, env, base: shared, ...wish, network }, who)
    const ledger = Ledger.open()
    const { exit, signal } = await launch(compose(box, pieces), { before: (undo) => ledger.before(undo) })
    return { exit: exit.finally(() => ledger.close()), signal }
  }
}

/** From the wish to the last undo. */
export async function ourLaunch(ground: Ground, network?: string): Promise<Ready> {
  const start = await cooper(ground, network)
  return {
    launch: async () => {
      const { code, signal } = await (await start('true')).exit
      if (code || signal) throw new Error(`true ended with status ${code}, signal ${signal}`)
    },
    note: 'from a process that is warm',
  }
}

/** As much as runc does. */
export async function ourCore(ground: Ground): Promise<Ready> {
  const { launch } = await ourLaunch(ground, 'none')
  return { launch, note: 'the same without bridge, cable and rules, as runc' }
}

/** As one types it. */
export async function ourCommand(): Promise<Ready> {
  const flags = ['--network', 'bridge', '--memory', wish.memory, '--pids-limit', wish.pidsLimit]
  return { launch: [process.execPath, projectFile('dist', 'cooper.cjs'), 'run', ...flags, '--', 'true'] }
}

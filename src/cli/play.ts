import { existsSync } from 'node:fs'
import { baseInBench } from '../workbench/base/base.ts'
import { Workbench } from '../workbench/index.ts'
import { attach } from './attach.ts'
import { interruptible } from './interrupt.ts'
import { fold } from './look/fold.ts'
import { marks } from './look/marks.ts'
import { rows as list } from './look/rows.ts'
import { look } from './look/terminal.ts'
import { cooper } from './myself.ts'
import type { Options } from './options.ts'
import { choose } from './play/choose.ts'
import { type Entered, enter } from './play/enter.ts'
import { type PlayRow, readRows } from './play/rows.ts'
import { renderRows } from './play/text.ts'
import { firstWish, type PlayWish } from './play/wish.ts'
import { machineStage } from './stage.ts'
import { say } from './tour/show.ts'

/**
 * Switches pieces of a container on and off, and looks at what comes of it from inside and from outside. It all happens
 * on a workbench, so that a shell that shares everything with its host can do no harm. Without a terminal, or with
 * `--yes`, one container is made and told about.
 */
export async function play(options: Partial<Options<'play'>>): Promise<number> {
  if (existsSync(baseInBench)) {
    console.error('cooper: this is the workbench already; type it in another window of your machine')
    return 1
  }
  const { ok: bridge } = await machineStage().probe('nft')
  const first = firstWish(options, bridge)
  const asks = process.stdin.isTTY && process.stdout.isTTY && !options.yes && !options.json
  return interruptible(
    () => Workbench.enter(),
    async (workbench) => {
      // Something for IPC to share, or not to.
      await (await workbench.terminal('host')).type('ipcmk --shmem 4096')
      return asks ? rounds(workbench, first) : once(workbench, first, options.json)
    },
  )
}

async function once(workbench: Workbench, wish: PlayWish, json?: boolean): Promise<number> {
  const entered = await enter(workbench, wish)
  if ('refused' in entered) {
    console.error(entered.refused)
    return 1
  }
  const rows = await rowsOf(workbench, wish, entered)
  entered.terminal.close()
  if (json) {
    const network = wish.pieces.includes('net') ? wish.network : null
    console.log(JSON.stringify({ pieces: wish.pieces, network, rows: rows.map(asData) }, null, 2))
  } else {
    console.log(`${host}\n\n${renderRows(rows, look(process.stdout, process.env))}`)
  }
  return 0
}

const host = 'The host here is a throw-away machine: what happens on it does not reach yours.'

async function rounds(workbench: Workbench, first: PlayWish): Promise<number> {
  say(`${host} In another window, ${cooper('shell')} is a terminal of it.`)
  for (let wish: PlayWish | undefined = first; ; ) {
    wish = await choose(wish)
    if (!wish) return 0
    const chosen = wish
    const { value: was, changed } = await workbench.observe(() => round(workbench, chosen))
    if (was) sayLeft(changed)
  }
}

/** One container, from its birth to the end of its shell. False when there was none. */
async function round(workbench: Workbench, wish: PlayWish): Promise<boolean> {
  const entered = await enter(workbench, wish)
  if ('refused' in entered) {
    const { width } = look(process.stdout, process.env)
    process.stdout.write(`\n${fold(entered.refused, width)}\n`)
    return false
  }
  const { terminal } = entered
  const rows = await rowsOf(workbench, wish, entered)
  process.stdout.write(`\n${renderRows(rows, look(process.stdout, process.env))}\n`)
  say('You are inside. Look around; exit leaves.')
  await attach(terminal, {})
  await terminal.exit
  terminal.close()
  return true
}

function sayLeft(changed: string[]): void {
  if (changed.length === 0) {
    say('You left, and nothing of it is left on the host.')
    return
  }
  const screen = look(process.stdout, process.env)
  const left = changed.map((text) => ({ name: marks(screen).bullet, text }))
  say('You left. This is still on the host:')
  process.stdout.write(`${list(left, screen).join('\n')}\n`)
}

function rowsOf({ bench }: Workbench, wish: PlayWish, { shell }: Entered): Promise<PlayRow[]> {
  return readRows(bench.view, shell, wish.pieces)
}

function asData({ inside, host: outside, ...row }: PlayRow) {
  const seen = ({ says, namespace, facts }: PlayRow['inside']) => ({ says, namespace, ...facts })
  return { ...row, inside: seen(inside), host: seen(outside) }
}

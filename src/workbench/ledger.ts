import {
  appendFileSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setImmediate as aMoment } from 'node:timers/promises'
import { machine, process as processOf } from '../facts/index.ts'
import { type Act, verbOf } from '../kernel/index.ts'
import { stateDir } from './state.ts'

/**
 * What can outlive a process stands here before it is made, with the call that takes it back. Whoever is killed
 * leaves its page behind, and the next start (or `cooper clean`) does what is on it, last first.
 *
 * A page is a file `PID-STARTED.json`: both together name one process of a PID namespace for ever, so a page of somebody
 * who is alive is never touched. What comes later is a line each below it: to replace a file costs the disk a hundred times as much.
 */
export interface Page {
  format_version: 1
  pid: number
  /** Clock ticks after boot, as `facts` reads it. */
  started: number
  /** The PID namespace that numbered it, as the link in /proc names it. */
  space?: string
  undo: Act[]
  /** The workbench that is open, for `cooper shell`: not undone, it ends with its owner. */
  bench?: { holder: number; terminals: Record<string, number> }
}

export class Ledger {
  readonly #file: string
  readonly #page: Page
  #begun = false
  #closed = false

  private constructor(file: string, page: Page) {
    this.#file = file
    this.#page = page
  }

  /** Opens this process's page. Nothing is on it yet, so nothing is on the disk either. */
  static open(): Ledger {
    const { pid } = process
    const started = processOf(machine, pid)?.started ?? 0
    return new Ledger(join(stateDir('ledger'), `${pid}-${started}.json`), {
      format_version: 1,
      pid,
      started,
      space: spaceOf('self'),
      undo: [],
    })
  }

  /** Writes down how to take an act back. Returns when it is on the disk: only then may the act be done. */
  before(undo: Act): void {
    this.#page.undo.push(undo)
    if (this.#begun) appendFileSync(this.#file, `${JSON.stringify(undo)}\n`)
    else this.#write()
  }

  note(bench: Page['bench']): void {
    // A terminal that was being opened when it all ended.
    if (this.#closed) return
    this.#page.bench = bench
    this.#write()
  }

  /** Takes everything back, last first, and the page itself. What could not be taken back stays for the next start. */
  async close(): Promise<void> {
    this.#closed = true
    const [failed] = await finish(this.#file, this.#page)
    if (failed) throw failed.error
  }

  #write(): void {
    writePage(this.#file, this.#page)
    this.#begun = true
  }
}

function writePage(file: string, page: Page): void {
  // A page is whole or not there: a reader never sees half of one.
  const next = `${file}.new`
  writeFileSync(next, `${JSON.stringify(page)}\n`, { mode: 0o600 })
  renameSync(next, file)
}

interface Failed {
  act: Act
  error: unknown
}

/** Does what is on a page. One thing that will not go does not keep the others: it alone stays on the page. */
async function finish(file: string, page: Page): Promise<Failed[]> {
  const failed: Failed[] = []
  const takeBack = async (act: Act) => {
    try {
      await verbOf(act).run?.(act.args, { child: 0 })
    } catch (error) {
      failed.unshift({ act, error })
    }
  }
  const last = page.undo.toReversed()
  const meanwhile = last.filter(isMeanwhile).map(takeBack)
  // A program hears what it is to do before the kernel holds us for the others.
  if (meanwhile.length) await aMoment()
  for (const act of last) if (!isMeanwhile(act)) await takeBack(act)
  await Promise.all(meanwhile)
  if (failed.length === 0) rmSync(file, { force: true })
  else writePage(file, { ...page, undo: failed.map(({ act }) => act), bench: undefined })
  return failed
}

/** A page of another version may hold what we do not know. */
const isMeanwhile = (act: Act) => verbOf(act)?.meanwhile === true

function pages(): { file: string; page: Page }[] {
  const dir = stateDir('ledger')
  return readdirSync(dir).flatMap((name) => {
    const file = join(dir, name)
    // Half a page of somebody who was killed while writing it: nothing on it was done yet.
    if (name.endsWith('.new')) {
      const pid = Number.parseInt(name, 10)
      if (!processOf(machine, pid)) rmSync(file, { force: true })
      return []
    }
    try {
      const [first = '', ...later] = readFileSync(file, 'utf8').split('\n')
      const page = JSON.parse(first) as Page
      if (page.format_version !== 1 || !Array.isArray(page.undo)) return []
      // Behind the last end of a line is nothing, or what somebody was killed over: that was not done yet.
      page.undo.push(...later.slice(0, -1).map((line) => JSON.parse(line) as Act))
      return [{ file, page }]
    } catch {
      return []
    }
  })
}

/**
 * Whether whoever wrote it lives. One of another PID namespace has another number here, or none: as long as anybody
 * is seen there it may be them, and where we do not see the whole machine it always may.
 */
function alive({ pid, started, space }: Page): boolean {
  if (space === undefined || space === spaceOf('self')) return processOf(machine, pid)?.started === started
  const seesAll = spaceOf('self') === firstSpace
  return !seesAll || readdirSync('/proc').some((name) => /^\d+$/.test(name) && spaceOf(name) === space)
}

/** The namespace that every machine starts with always has this number: PROC_PID_INIT_INO of linux/proc_ns.h. */
const firstSpace = 'pid:[4026531836]'

function spaceOf(process: string): string | undefined {
  try {
    return readlinkSync(`/proc/${process}/ns/pid`)
  } catch {
    return undefined
  }
}

/** Finishes what dead processes left. Returns what was done, as one would type it. */
export async function clean(): Promise<string[]> {
  const done: string[] = []
  for (const { file, page } of pages()) {
    if (alive(page)) continue
    const failed = await finish(file, page)
    for (const act of page.undo.toReversed()) {
      const [why] = failed.filter((one) => one.act === act).map(({ error }) => (error as Error).message)
      done.push(why === undefined ? verbOf(act).shell(act.args) : `could not undo ${act.do}: ${why}`)
    }
    if (failed.length === 0) done.push(`cleaned up after process ${page.pid}`)
  }
  return done
}

/** The workbenches that are open now, newest last. */
export function openBenches(): { pid: number; bench: NonNullable<Page['bench']> }[] {
  return pages()
    .filter(({ page }) => page.bench && alive(page))
    .sort((a, b) => a.page.started - b.page.started)
    .map(({ page }) => ({ pid: page.pid, bench: page.bench! }))
}

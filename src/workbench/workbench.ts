import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import {
  type BoxGroups,
  compose,
  hybrid,
  idsFor,
  type Launched,
  launch,
  openGroups,
  pieces,
  resolve,
  type Who,
} from '../container/index.ts'
import { type Bench, changes, type Snapshot, snapshot, type View, viewOf } from '../facts/index.ts'
import type { Namespace } from '../kernel/index.ts'
import { baseRoot } from './base/base.ts'
import { benchOf } from './bench.ts'
import { guardedGroup, guarding } from './guarded.ts'
import { clean, Ledger } from './ledger.ts'
import { insideNumber } from './place.ts'
import { innermostShell } from './shells.ts'
import { stateDir } from './state.ts'
import { type Place, Terminal } from './terminal.ts'
import { workbenchTree } from './tree.ts'
import { whoAmI } from './who.ts'

const everything: Namespace[] = ['user', 'mnt', 'pid', 'net', 'uts', 'ipc', 'cgroup']

/** Three neighbours, so that a leak has something to show. A learner may kill them: the machine goes on. */
const inhabitants = ['--stay', '/bin/sh', '-c', 'cd /; database & cron & exec webserver']

/** The bench before and after something was done on it. */
export interface Watched {
  before: Snapshot
  after: Snapshot
  /** The innermost shell of each terminal afterwards (`host`, `box` …), by its number in the bench. */
  shells: Record<string, number>
}

/** A throw-away machine, open for one lesson. */
export class Workbench {
  readonly bench: Bench
  readonly #init: Launched
  /** The bench's /proc, opened: what the learner mounts over it, or unmounts, does not blind us. */
  readonly #proc: number
  readonly #ledger: Ledger
  readonly #clearGroups: boolean
  /** Its control groups. */
  readonly #groups: string[]
  /** For the terminal `guarded`, which brings it along: no other lesson needs it. */
  readonly #guarded: BoxGroups | undefined
  readonly #terminals = new Map<string, Terminal>()
  #ending: Promise<void> | undefined
  readonly #opening = new Map<string, Promise<Terminal>>()
  /** What was read last: the next reading need not ask again where nothing happened. */
  #seen: Snapshot | undefined

  private constructor(
    init: Launched,
    ledger: Ledger,
    clearGroups: boolean,
    groups: string[],
    guarded: BoxGroups | undefined,
  ) {
    this.#init = init
    this.#ledger = ledger
    this.#clearGroups = clearGroups
    this.#groups = groups
    this.#guarded = guarded
    this.#proc = openSync(viewOf(init.pid).proc, 'r')
    this.bench = benchOf(init.pid, this.#view, (name) => this.#insideNumber(name))
  }

  /**
   * Makes a workbench: first, with the rights we have, a mount namespace in which the machine's files are laid out
   * read-only; then, from inside it, the namespaces the learner is root of. Two steps, because mounts are locked only
   * by crossing into a user namespace with less power.
   */
  static async enter(who: Who = whoAmI()): Promise<Workbench> {
    await clean()
    const ledger = Ledger.open()
    const nothing = openSync('/dev/null', 'r+')
    try {
      const { inner, clearGroups, guarded } = plans(who, await baseRoot())
      // On the page before it exists, so that a killed cooper leaves no page nobody knows.
      ledger.note(undefined)
      const init = await launch(inner, {
        stdio: [nothing, nothing, nothing],
        before: (undo) => ledger.before(undo),
      })
      const { cgroup } = inner.box
      const groups = cgroup ? hybrid.members(cgroup) : []
      const workbench = new Workbench(init, ledger, clearGroups, groups, guarded)
      workbench.#noteTerminals()
      return workbench
    } catch (error) {
      await ledger.close()
      throw error
    } finally {
      closeSync(nothing)
    }
  }

  /** The bench's process 1, by its number on the machine. */
  get holder(): number {
    return this.#init.pid
  }

  /** How each call of its making went. */
  get trace(): Launched['trace'] {
    return this.#init.trace
  }

  /** Ends by itself only when somebody ended its process 1. */
  get exit(): Launched['exit'] {
    return this.#init.exit
  }

  /** Where its terminals are opened. */
  place(): Place {
    return {
      pid: this.holder,
      namespaces: everything,
      clearGroups: this.#clearGroups,
      groups: this.#groups,
    }
  }

  /** The terminal of this name; the first use opens it. */
  terminal(name: string): Promise<Terminal> {
    const open = this.#terminals.get(name)
    if (open && !open.ended) return Promise.resolve(open)
    let opening = this.#opening.get(name)
    if (!opening) {
      opening = this.#open(name).then((terminal) => {
        this.#terminals.set(name, terminal)
        this.#opening.delete(name)
        this.#noteTerminals()
        return terminal
      })
      this.#opening.set(name, opening)
    }
    return opening
  }

  #open(name: string): Promise<Terminal> {
    const guarded = name === 'guarded' ? this.#guarded : undefined
    if (!guarded) return Terminal.open(this.place())
    return Terminal.open(
      { ...this.place(), groups: [...this.#groups, ...hybrid.members(guarded)] },
      { pieces: [guarding(guarded)], before: (undo) => this.#ledger.before(undo) },
    )
  }

  /** Does something, and says in words what it changed in the kernel; for who wants to draw it, what was seen. */
  async observe<T>(act: () => Promise<T>): Promise<{ value: T; changed: string[] } & Watched> {
    const { view } = this.bench
    const before = await snapshot(view, this.#seen)
    const value = await act()
    const after = await snapshot(view, before)
    this.#seen = after
    const changed = changes(before, after).map(({ text }) => text)
    return { value, changed, before, after, shells: this.#shells(after) }
  }

  /** Ends it: its process 1 is killed, and the kernel ends all that is in it, mounts and memory included. */
  end(): Promise<void> {
    this.#ending ??= this.#end()
    return this.#ending
  }

  async #end(): Promise<void> {
    for (const terminal of this.#terminals.values()) terminal.close()
    this.#init.signal(constants.signals.SIGKILL)
    closeSync(this.#proc)
    // What the learner froze does not even die before somebody thaws it: removing its groups does.
    await this.#ledger.close().finally(() => this.#init.exit)
  }

  get #view(): View {
    return { proc: `/proc/self/fd/${this.#proc}` }
  }

  #shells({ processes }: Snapshot): Watched['shells'] {
    return Object.fromEntries(
      [...this.#terminals.keys()].flatMap((name) => {
        const first = this.#insideNumber(name)
        const shell = first === undefined ? undefined : innermostShell(processes, first)
        return shell ? [[name, shell.pid]] : []
      }),
    )
  }

  #insideNumber(name: string): number | undefined {
    const outside = this.#terminals.get(name)?.pid
    if (outside === undefined) return undefined
    return insideNumber(outside)
  }

  #noteTerminals(): void {
    const terminals = Object.fromEntries([...this.#terminals].map(([name, { pid }]) => [name, pid]))
    this.#ledger.note({ holder: this.holder, terminals })
  }
}

function plans(who: Who, base: string) {
  const range = who.privileged ? idsFor(who) : undefined
  const owner =
    range && !range.denySetgroups ? { uid: range.uid[0]!.outside, gid: range.gid[0]!.outside } : undefined
  const outer = resolve(
    { argv: [], only: owner ? [] : ['user'] },
    // One id is enough for it, and a range would have to be given back inside the same map.
    { ...who, privileged: who.privileged && !!owner, granted: undefined },
  )
  const disk = { at: join(stateDir('disks'), outer.box.id), ids: outer.box.ids }
  const { root, below, inside } = workbenchTree(owner, base, disk)
  const wish = {
    argv: inhabitants,
    env: { PATH: '/cooper/inhabitants:/usr/bin:/bin' },
    hostname: 'workbench',
    init: true,
    root,
  }
  const userPiece = pieces.filter(({ name }) => name === 'user')
  const outerPieces = [...(owner ? [] : userPiece), below]
  const outerBox = { ...outer.box, namespaces: [...outer.box.namespaces, 'mnt' as const] }
  // What the outer namespace has: everything for root, or the one id it was given.
  const one = [{ inside: 0, outside: 0, count: 1 }]
  const within: Who = owner ? who : { uid: 0, gid: 0, privileged: false, uidMap: one, gidMap: one }
  const { box } = resolve({ ...wish, only: pieces.map(({ name }) => name) }, within)
  // Unmasked: below a masked /proc nobody may mount another, and that is what lessons do.
  const cgroup = box.cgroup && openGroups(box.cgroup, owner)
  const innerBox = { ...box, namespaces: everything, masks: undefined, lacks: [], cgroup }
  return {
    inner: compose(innerBox, [inside, ...pieces], { plan: compose(outerBox, outerPieces) }),
    clearGroups: owner !== undefined,
    guarded: owner && guardedGroup(box.cgroup),
  }
}

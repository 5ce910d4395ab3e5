import { closeSync } from 'node:fs'
import { type Namespace, namespaceBits } from './flags.ts'
import { type Encoded, native, type Told } from './native.ts'
import { openFiles } from './open-files.ts'

/** A child to be made: everything it will do is known before it exists. */
export interface SpawnPlan {
  /** Namespaces made with the first process. To join some first, put `setns` calls before a `clone` call. */
  clone: Namespace[]
  /** Read once, when the child is on its way: a getter that makes them has the time the namespaces take. */
  calls: Encoded[]
  /** How many of the calls, from the first on, are made beside the child while it waits: its id maps. Absent: none. */
  beside?: number
  argv: string[]
  env: Record<string, string>
  /** Where the program may be, in order; see {@link programPaths}. */
  paths: string[]
  /** A descriptor to execute instead of a path. */
  program?: number
  stdio: [number, number, number]
  /** Descriptors that `calls` name. All others are closed in the child before anything else. */
  keep?: number[]
  /** A descriptor of a cgroup v2 directory to be born in. */
  cgroup?: number
  /** The child will stand in namespaces where others could trace it: give it a copy of our memory, not the memory. */
  amongOthers?: boolean
}

/** What became of one call: its index in the plan, errno (0: done) and how long it took. */
export interface Report {
  call: number
  errno: number
  nanoseconds: number
}

/** How a process ended: one of the two is 0. */
export interface Exit {
  code: number
  signal: number
}

/** What went wrong before the program ran. The child is still there, so that one can look at what it sees. */
export type Failure =
  | { what: 'clone'; errno: number }
  | { what: 'call'; errno: number; index: number; pid: number }
  | { what: 'exec'; errno: number; path: string; pid: number }
  | { what: 'vanished'; pid: number; exit: Exit }

export interface SpawnEvents {
  /**
   * A process of the chain exists and waits; it goes on when this returns. `nth` counts from 0. Without this the
   * first one asks nobody, which saves two changes of thread.
   */
  born?(pid: number, nth: number): void | Promise<void>
  /** A descriptor that a call opened for us: the master of a terminal, a netlink socket. */
  opened?(descriptor: number): void
  /** Turns a failure into the error to throw; called while the child waits to be looked at. */
  failed(failure: Failure, made: Made): Error | Promise<Error>
}

/** What was made, in time. */
export interface Made {
  /** Nanoseconds that the first clone took. */
  birth: number
  /** One for each call, in the order they were made. Written out when somebody looks. */
  readonly reports: Report[]
}

export interface Spawned extends Made {
  /** The number of the process that runs the program, on the machine. */
  pid: number
  exit: Promise<Exit>
  /** Sends it a signal. Never to another process, as a number could that was given away again. */
  signal(signal: number): void
}

/**
 * Makes a child, lets it make its calls, and resolves when the program runs; rejects with what `failed` made of the
 * reason when it does not. Nothing blocks the loop meanwhile, and the child dies when this process does.
 */
export function spawn(plan: SpawnPlan, events: SpawnEvents): Promise<Spawned> {
  return new Promise((resolve, reject) => {
    const addon = native()
    const flats: Float64Array[] = []
    const made = {
      birth: 0,
      get reports() {
        return flats.flatMap(reportsIn)
      },
    }
    let calls = 0
    let reported = 0
    let pid = 0
    let births = 0
    // From the clone itself, so it is surely this child's.
    let pidfd = -1
    let settled = false
    // Born, and not let go yet: when the wire closes now, the child is gone and ran nothing.
    let waits = false
    let over = false
    // Reaped: nobody is there to get a signal.
    let gone = false
    let failing: Promise<void> | undefined
    let ended: (exit: Exit) => void
    const exit = new Promise<Exit>((done) => {
      ended = done
    })

    /** The first reason counts; the child stays to be looked at until it was told. */
    function fail(why: () => Error | Promise<Error>): void {
      if (settled || failing) return
      failing = (async () => {
        let error: Error
        try {
          error = await why()
        } catch (thrown) {
          error = thrown as Error
        }
        settled = true
        if (!over) addon.hangUp(child)
        // With the child gone before the error is seen, nothing is half made when the caller reads it.
        await exit
        reject(error)
      })()
    }

    /** A parent may be slow and the child gone by then: after its end the addon knows no child to let go. */
    const go = () => {
      waits = false
      if (!over) addon.go(child)
    }

    const signal = (number: number) => {
      if (!over && !gone) addon.pidfdSignal(pidfd, number)
    }

    /** The wire closed, or its child is gone: with every call made and nothing told against it, the program ran. */
    const runs = () => {
      if (settled || failing || waits || reported !== calls || !pid) return
      settled = true
      resolve(Object.assign(made, { pid, exit, signal }))
    }

    const child = addon.spawn(
      {
        flags: namespaceBits(plan.clone),
        shareMemory: !plan.amongOthers,
        cgroup: plan.cgroup ?? -1,
        program: plan.program ?? -1,
        stdio: plan.stdio,
        keep: plan.keep ?? [],
      },
      (...told: Told) => {
        switch (told[0]) {
          case 'born': {
            if (pidfd >= 0) closeSync(pidfd)
            pid = told[1]
            pidfd = told[2]
            const nth = births++
            if (nth === 0) made.birth = told[3]
            if (settled || failing || (nth === 0 && !events.born)) return
            waits = true
            const refuse = (error: unknown) => fail(() => error as Error)
            try {
              // Most parents have nothing slow to do: without a promise the child goes on at once.
              const admitted = events.born?.(pid, nth)
              if (admitted) admitted.then(go, refuse)
              else go()
            } catch (error) {
              refuse(error)
            }
            return
          }
          case 'reports': {
            const flat = told[1]
            flats.push(flat)
            reported += flat.length / 3
            // A call that fails is the last.
            const index = flat.at(-3)!
            const errno = flat.at(-2)!
            if (errno) fail(() => events.failed({ what: 'call', errno, index, pid }, made))
            return
          }
          case 'opened':
            events.opened?.(told[1])
            return
          case 'notRun': {
            const [, errno, index] = told
            const path = plan.paths[index] ?? plan.argv[0] ?? ''
            fail(() => events.failed({ what: 'exec', errno, path, pid }, made))
            return
          }
          case 'closed':
            runs()
            return
          case 'exited': {
            // It is reaped; its thread, which dies with it, says 'ended' a little later.
            const [, code, signal] = told
            gone = true
            ended({ code, signal })
            return
          }
          case 'ended': {
            const [, ends, cloneErrno] = told
            over = true
            // A child that another thread made at this moment may hold the wire open a little longer than our own does.
            runs()
            if (pidfd >= 0) closeSync(pidfd)
            const { code, signal } = ends.find((end) => end.pid === pid) ?? { code: 0, signal: 0 }
            if (cloneErrno) fail(() => events.failed({ what: 'clone', errno: cloneErrno }, made))
            else fail(() => events.failed({ what: 'vanished', pid, exit: { code, signal } }, made))
            ended({ code, signal })
          }
        }
      },
    )
    try {
      const life = {
        calls: plan.calls,
        beside: plan.beside ?? 0,
        asks: events.born !== undefined,
        openFiles: openFiles(),
        argv: plan.argv,
        env: Object.entries(plan.env).map(([name, value]) => `${name}=${value}`),
        paths: plan.paths,
      }
      calls = life.calls.length
      addon.live(child, life)
    } catch (error) {
      settled = true
      addon.hangUp(child)
      throw error
    }
  })
}

function reportsIn(flat: Float64Array): Report[] {
  return Array.from({ length: flat.length / 3 }, (_, i) => ({
    call: flat[i * 3]!,
    errno: flat[i * 3 + 1]!,
    nanoseconds: flat[i * 3 + 2]!,
  }))
}

/** The places where `program` may be, as execvp(3) would try them. */
export function programPaths(
  program: string,
  path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
): string[] {
  if (program.includes('/')) return [program]
  return path.split(':').map((dir) => `${dir || '.'}/${program}`)
}

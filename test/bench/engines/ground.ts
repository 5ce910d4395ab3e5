export interface Contest {
  /** For the files of engines. */
  directory: string
  /** The name of the control group that theirs are in. */
  group: string
  rounds: number
}

/** What an engine is given. */
export interface Ground extends Contest {
  /** The root file system that all containers have: never to be written. */
  base: string
}

/** An engine that is ready to run containers. */
export interface Ready {
  /** Runs `true` in a container and leaves nothing of it: a command, or an act of this process. */
  launch: string[] | (() => Promise<void>)
  /** What it does not do, or does otherwise than the others. */
  note?: string
}

/** What every container may use at most, as each engine spells it. */
export const limits = { bytes: 256 * 1024 * 1024, pids: 100 }

import type { Encoded } from '../native.ts'

/** What a cause may look at: the child that was refused, while it still waits. */
export interface Sight {
  /** A file of the child's /proc directory (`mountinfo`, `status` …); '' where it cannot be read. */
  proc(file: string): string
  /** A path as the child sees it; undefined when nothing is there. Relative paths start at its working directory. */
  kind(path: string): 'directory' | 'file' | 'link' | 'other' | undefined
  /** The same for a path in the new root, as long as that is open and not yet the root. */
  inRoot(path: string): 'directory' | 'file' | 'link' | 'other' | undefined
}

export interface Cause {
  because: string
  remedy?: string
}

/** Known when the plan is made, but for the child's pid. */
export interface Live {
  child: number
  /** Does something when the child has ended: for what runs beside it. */
  atEnd?(end: () => void): void
}

/**
 * One thing asked of the kernel, with everything there is to know about it. Explaining, printing as a script,
 * tracing, reporting an error, cleaning up and launching all read this one entry.
 */
export interface Verb<Args> {
  /** Where it is taught, when that is not the lesson of the piece that asks for it. */
  lesson?: string
  /** Child side: the call as native/calls.cc takes it. */
  encode?(args: Args): Encoded
  /** Machine side. */
  run?(args: Args, live: Live): void | Promise<void>
  /** A program that takes its time, and no other call waits for it: it runs beside them, and is over when theirs are. */
  meanwhile?: true
  /** The call that takes it back, as data: the ledger holds it before the act. Only for what outlives the child. */
  undo?(args: Args): { do: string; args: object } | undefined
  /** As one writes it in C, with its arguments: `pivot_root(".", ".")`. */
  say(args: Args): string
  /** As one types it. */
  shell(args: Args): string
  /** By errno: the probable cause, found by looking; undefined when that is not it. */
  causes?: Partial<Record<string, (args: Args, sight: Sight) => Cause | undefined>>
}

export function verb<Args>(entry: Verb<Args>): Verb<Args> {
  return entry
}

/** A text as a C string literal. */
export function quoted(text: string | null | undefined): string {
  return text === null || text === undefined ? 'NULL' : JSON.stringify(text)
}

/** A text as one word of a shell command. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** Why a process may not do what only root may: a cause that many calls share. */
export function notPrivileged(capability: string, over: string): (args: unknown, sight: Sight) => Cause {
  return (_, sight) => {
    const effective = BigInt(`0x${/^CapEff:\s*(\S+)/m.exec(sight.proc('status'))?.[1] ?? '0'}`)
    return effective === 0n
      ? {
          because: `the process has no capabilities; it needs ${capability}`,
          remedy: 'add a user namespace (--only …,user): in it you are root',
        }
      : {
          because: `${capability} is needed over ${over}, and this process has it only over its own user namespace`,
        }
  }
}

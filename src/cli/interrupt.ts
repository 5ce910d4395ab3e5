import { constants } from 'node:os'

const deadly = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** After so many milliseconds a second signal is meant as one. */
const insisting = 1000

/** Something that must be ended, whatever happens. */
interface Ending {
  end(): Promise<void>
}

/** Ctrl-C at a prompt: the terminal is raw there, so that the kernel makes no signal of it. */
export class Interrupt extends Error {
  readonly exit = 128 + constants.signals.SIGINT

  constructor() {
    super('interrupted')
    this.name = 'Interrupt'
  }
}

/**
 * Does something with a resource and ends it: afterwards, after an error, and before a signal ends us. A signal that
 * comes while it is being made waits until there is something to end.
 *
 * Signals leave with 128 + their number, as a shell says it.
 */
export async function interruptible<R extends Ending, T>(
  open: () => Promise<R>,
  act: (resource: R) => Promise<T>,
): Promise<T> {
  let opening: Promise<R> | undefined
  let leaving = 0
  const onSignal = (signal: NodeJS.Signals) => {
    // The same signal comes twice: from the terminal and from the shell or npm, which pass it on. Who still insists a
    // second later is not kept waiting; what is left then is in the ledger.
    if (leaving && performance.now() - leaving > insisting) process.exit(128 + constants.signals[signal])
    if (leaving) return
    leaving = performance.now()
    const leave = () => process.exit(128 + constants.signals[signal])
    Promise.resolve(opening)
      .then((resource) => resource?.end())
      .then(leave, leave)
  }
  for (const name of deadly) process.on(name, onSignal)
  try {
    opening = open()
    const resource = await opening
    try {
      return await act(resource)
    } finally {
      await resource.end()
    }
  } finally {
    for (const name of deadly) process.off(name, onSignal)
  }
}

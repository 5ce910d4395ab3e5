import { constants } from 'node:os'

const deadly = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Something that must be ended, whatever happens. */
interface Ending {
  end(): Promise<void>
}

/** Does something with a resource and ends it: afterwards, after an error, and before a signal ends us. */
export async function interruptible<R extends Ending, T>(
  resource: R,
  act: (resource: R) => Promise<T>,
): Promise<T> {
  const onSignal = (signal: NodeJS.Signals) => {
    // A second signal does not wait: what is left then is in the ledger.
    for (const name of deadly) process.removeAllListeners(name)
    void resource.end().finally(() => process.exit(128 + constants.signals[signal]))
  }
  for (const name of deadly) process.on(name, onSignal)
  try {
    return await act(resource)
  } finally {
    for (const name of deadly) process.off(name, onSignal)
    await resource.end()
  }
}

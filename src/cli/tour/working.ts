import { Interrupt } from '../interrupt.ts'
import { takeKeys } from '../keyboard.ts'
import { say } from './show.ts'

/** After so many milliseconds somebody wonders whether anything happens at all. */
const silence = 3000

/**
 * Does something while the learner waits. Keys pressed meanwhile are for nobody: an impatient second Enter must not
 * turn a page that was never read.
 *
 * @throws Interrupt for Ctrl-C; what was begun then ends with the workbench
 */
export function working<T>(act: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(slow)
      stop()
      settle()
    }
    const slow = setTimeout(() => say('Still running. Ctrl-C ends the lesson.'), silence)
    const stop = takeKeys({
      onKeys: (keys) => keys.includes('\x03') && finish(() => reject(new Interrupt())),
      onEnd: () => {},
    })
    act().then(
      (value) => finish(() => resolve(value)),
      (error) => finish(() => reject(error)),
    )
  })
}

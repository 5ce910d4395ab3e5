import type { Controller } from './controller.ts'
import { refuse } from './refuse.ts'

// #region controller
/** How many processes and threads: at the limit fork(2) fails with EAGAIN, and a fork bomb stops. */
export const pids: Controller = {
  v1: ['pids'],
  v2: 'pids',
  flags: ['pidsLimit'],
  wish({ pidsLimit }) {
    if (pidsLimit === undefined) return {}
    // docker's two ways to say "no limit".
    if (pidsLimit === '-1' || pidsLimit === '0') return { pids: -1 }
    if (!/^[1-9]\d*$/.test(pidsLimit) || Number(pidsLimit) > most)
      throw refuse(
        'pids-limit',
        pidsLimit,
        `it is a whole number of processes, at most ${most}, or -1 for no limit`,
        '--pids-limit 100',
      )
    return { pids: Number(pidsLimit) }
  },
  first: ({ pids }) => set(pids),
  second: ({ pids }) => set(pids),
}
// #endregion controller

/** PID_MAX_LIMIT of linux/threads.h: no machine has more process numbers. */
const most = 4194304

const set = (pids: number | undefined) =>
  pids === undefined
    ? []
    : [
        {
          file: 'pids.max',
          text: pids === -1 ? 'max' : String(pids),
          why: 'so many processes and threads, and no fork more',
        },
      ]

import { listed } from '../../facts/index.ts'
import type { Controller } from './controller.ts'
import { refuse } from './refuse.ts'

// #region controller
/** On which processors. In both versions a list such as `0-3,8`, of those that the group above may use. */
export const cpuset: Controller = {
  v1: ['cpuset'],
  v2: 'cpuset',
  flags: ['cpusetCpus'],
  wish({ cpusetCpus }, { cpus }) {
    if (cpusetCpus === undefined) return {}
    const asked = listed(cpusetCpus)
    if (!asked?.length)
      throw refuse('cpuset-cpus', cpusetCpus, 'it is a list of processors', '--cpuset-cpus 0-1,3')
    const missing = asked.find((one) => !listed(cpus)?.includes(one))
    if (missing !== undefined)
      throw refuse(
        'cpuset-cpus',
        cpusetCpus,
        `processor ${missing} is not there: available are ${cpus}`,
        `--cpuset-cpus ${cpus}`,
      )
    return { cpusetCpus }
  },
  first: ({ cpusetCpus }) => set(cpusetCpus),
  second: ({ cpusetCpus }) => set(cpusetCpus),
}
// #endregion controller

const set = (cpus: string | undefined) =>
  cpus === undefined ? [] : [{ file: 'cpuset.cpus', text: cpus, why: 'on these processors and no other' }]

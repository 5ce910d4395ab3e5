import type { Controller } from './controller.ts'

// #region controller
/**
 * Stops and goes on: what `docker pause` does. Nothing is limited, so no flag is for it; but a frozen process of
 * version 1 hears no SIGKILL before it is thawed, so whoever removes a group must be able to thaw it. Version 2 has it
 * in every group, without a controller.
 */
export const freezer: Controller = {
  v1: ['freezer'],
  flags: [],
  wish: () => ({}),
  first: () => [],
  second: () => [],
}

/** The file to write for that. */
export const stopped = {
  1: (stop: boolean) => ({ file: 'freezer.state', text: stop ? 'FROZEN' : 'THAWED' }),
  2: (stop: boolean) => ({ file: 'cgroup.freeze', text: stop ? '1' : '0' }),
}
// #endregion controller

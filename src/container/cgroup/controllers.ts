import type { Controller } from './controller.ts'
import { cpu } from './cpu.ts'
import { cpuset } from './cpuset.ts'
import { devices } from './devices.ts'
import { freezer } from './freezer.ts'
import { io } from './io.ts'
import { memory } from './memory.ts'
import { pids } from './pids.ts'

/** Every controller that a container uses. A new one is a new file and a line here. */
export const controllers: readonly Controller[] = [memory, cpu, io, pids, cpuset, devices, freezer]

import { bytesIn } from './amount.ts'
import type { Controller } from './controller.ts'
import { refuse } from './refuse.ts'

/** Docker's: with less than this a program does not even start. */
const least = 6 * 1024 ** 2

// #region controller
/**
 * How much memory: a wall. Who comes to it has pages taken away; when no more can be taken, the OOM killer ends
 * something inside the group, and nothing outside.
 *
 * With `--memory` alone, docker gives as much swap on top; `--memory-swap` is both together, -1 for any amount of swap.
 */
export const memory: Controller = {
  v1: ['memory'],
  v2: 'memory',
  flags: ['memory', 'memorySwap'],
  wish({ memory, memorySwap }) {
    if (memory === undefined && memorySwap === undefined) return {}
    if (memory === undefined)
      throw refuse(
        'memory-swap',
        memorySwap!,
        'it is memory and swap together, and says nothing alone',
        `--memory 64m --memory-swap ${memorySwap}`,
      )
    const bytes = bytesIn(memory)
    if (bytes === undefined) throw refuse('memory', memory, notBytes(memory), '--memory 64m')
    if (bytes < least)
      throw refuse(
        'memory',
        memory,
        `docker’s least is 6m: with ${bytes} bytes no program could start`,
        '--memory 6m',
      )
    if (memorySwap === undefined || memorySwap === '0') return { memory: bytes, memorySwap: 2 * bytes }
    if (memorySwap === '-1') return { memory: bytes, memorySwap: -1 }
    const both = bytesIn(memorySwap)
    if (both === undefined)
      throw refuse('memory-swap', memorySwap, notBytes(memorySwap), '--memory-swap 128m')
    if (both < bytes)
      throw refuse(
        'memory-swap',
        memorySwap,
        `it is memory and swap together, so it cannot be less than --memory ${memory}`,
        `--memory-swap ${memory}: no swap at all`,
      )
    return { memory: bytes, memorySwap: both }
  },
  /** Version 1 counts both together, as docker does. The order matters: both may never be less than memory alone. */
  first: ({ memory, memorySwap = -1 }) =>
    memory === undefined
      ? []
      : [
          { file: 'memory.limit_in_bytes', text: String(memory), why: 'the wall' },
          ...(memorySwap === -1
            ? []
            : [
                {
                  file: 'memory.memsw.limit_in_bytes',
                  text: String(memorySwap),
                  why: 'memory and swap together',
                },
              ]),
        ],
  /** Version 2 has a limit of its own for swap: what is left of the sum. */
  second: ({ memory, memorySwap = -1 }) =>
    memory === undefined
      ? []
      : [
          { file: 'memory.max', text: String(memory), why: 'the wall' },
          ...(memorySwap === -1
            ? []
            : [
                {
                  file: 'memory.swap.max',
                  text: String(memorySwap - memory),
                  why: 'swap alone: version 2 does not add it up',
                },
              ]),
        ],
}
// #endregion controller

const notBytes = (text: string) =>
  `${JSON.stringify(text)} is no number of bytes below 8192t; units are b, k, m, g, t`

import { closeSync, openSync } from 'node:fs'
import { newIdMap } from './calls/new-id-map.ts'
import { setgid } from './calls/setgid.ts'
import { setgroups } from './calls/setgroups.ts'
import { setuid } from './calls/setuid.ts'
import { writeOfChild } from './calls/write-of-child.ts'
import { type Exit, programPaths, type SpawnPlan, spawn } from './spawn.ts'

interface Range {
  inside: number
  outside: number
  count: number
}

/** Which ids outside the ids of a user namespace are, and who may write that down: see user_namespaces(7). */
export interface MappedIds {
  uid: Range[]
  gid: Range[]
  denySetgroups: boolean
  by: 'us' | 'newuidmap'
}

/**
 * Runs a program as the root of a user namespace with these ids, and waits for its end; it has our standard error.
 * What such a root made belongs to ids that we are not: only within the same map is there somebody who owns it all.
 */
export async function asRootOf(ids: MappedIds, argv: string[]): Promise<Exit> {
  const nothing = openSync('/dev/null', 'r+')
  const plan: SpawnPlan = {
    clone: ['user'],
    calls: [
      ...(ids.denySetgroups ? [] : [setgroups.encode!({ groups: [] })]),
      setgid.encode!({ gid: 0 }),
      setuid.encode!({ uid: 0 }),
    ],
    argv,
    env: { LC_ALL: 'C' },
    paths: programPaths(argv[0]!),
    stdio: [nothing, nothing, 2],
  }
  try {
    const { exit } = await spawn(plan, {
      born: (child) => map(ids, child),
      failed: (failure) =>
        new Error(`${argv[0]} could not be run among these ids: ${JSON.stringify(failure)}`),
    })
    return await exit
  } finally {
    closeSync(nothing)
  }
}

async function map({ uid, gid, denySetgroups, by }: MappedIds, child: number): Promise<void> {
  if (denySetgroups) await writeOfChild.run!({ file: 'setgroups', text: 'deny' }, { child })
  for (const [kind, ranges] of [['gid', gid] as const, ['uid', uid] as const]) {
    const lines = ranges.map(({ inside, outside, count }) => `${inside} ${outside} ${count}\n`)
    if (by === 'newuidmap') await newIdMap.run!({ kind, ranges }, { child })
    else await writeOfChild.run!({ file: `${kind}_map`, text: lines.join('') }, { child })
  }
}

import { closeSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type Box, idsFor, whyNoLayers } from '../../../src/container/index.ts'
import { type Act, verbOf } from '../../../src/kernel/index.ts'
import { baseRoot } from '../../../src/workbench/base/base.ts'
import { own } from '../../../src/workbench/base/contents.ts'
import { whoAmI } from '../../../src/workbench/index.ts'
import { sh as shell } from '../run.ts'

const isRoot = process.getuid!() === 0
/** Why there are no layers for whoever runs the tests, whose root is that of a user namespace when it is not root's. */
export const cannot = whyNoLayers(!isRoot)
/** Why there are none in a user namespace, which is where children of tests are. */
export const cannotNested = whyNoLayers(true)

/** Who is who inside, where that is not the machine's root: its files are of these ids. */
export const ids = () => (isRoot ? undefined : idsFor(whoAmI()))

/** What tests of layers stand on: the base, and a place for directories that become layers. */
export interface Ground {
  readonly base: { root: string; own: typeof own }
  /** The test's own place on the machine. */
  readonly here: string
  /** Makes a directory there, with these files in it. */
  dir(name: string, files?: Record<string, string>): string
  /** Runs a line of shell in a container on the base. */
  sh(line: string, wish?: Parameters<typeof shell>[1]): ReturnType<typeof shell>
}

/** To be called once in a file, outside of its tests. */
export function layerGround(): Ground {
  let base: Ground['base']
  let scratch: string
  let here: string

  beforeAll(async () => {
    base = { root: await baseRoot(), own }
    scratch = mkdtempSync(join(tmpdir(), 'cooper-overlay-'))
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))
  beforeEach(({ task }) => {
    here = join(scratch, task.id)
    mkdirSync(here, { recursive: true, mode: 0o755 })
  })
  afterEach(async () => {
    // What root of a container left belongs to its ids: as an undo does it, when it comes from another process.
    const all: Act = { do: 'removeTree', args: { at: here, ids: ids() } }
    await verbOf(all).run!(all.args, { child: 0 })
  })

  return {
    get base() {
      return base
    },
    get here() {
      return here
    },
    dir(name, files = {}) {
      const at = join(here, name)
      mkdirSync(at, { mode: 0o755 })
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(join(at, file, '..'), { recursive: true })
        writeFileSync(join(at, file), text)
      }
      return at
    },
    sh: (line, wish) => shell(line, { base, ...wish }),
  }
}

/** A box that is not launched holds its upper until we do this. */
export function letGo({ held = [] }: Box): void {
  for (const fd of held.splice(0)) closeSync(fd)
}

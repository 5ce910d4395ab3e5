// npm run test:vm                     all lessons, on a kernel with nothing but cgroup v2
// npm run test:vm -- 07-cgroups       some of them
// npm run test:vm -- --record         and write lessons/NN/recorded/v2.json
//
// The machine is emulated, so it needs neither KVM nor root, and no lesson can reach this one. The last line counts.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { projectFile } from '../../src/kernel/index.ts'
import { findLessons } from '../../src/literate/index.ts'
import { makeDisk, readDisk } from './disk.ts'
import { makeInitramfs } from './initramfs.ts'
import { kernel } from './kernel.ts'
import { boot } from './machine.ts'
import { people, resultsOf } from './results.ts'
import { lacking } from './tools.ts'

const { values: options, positionals } = parseArgs({
  options: { record: { type: 'boolean', default: false }, minutes: { type: 'string', default: '9' } },
  allowPositionals: true,
})

// Where an ordinary user's PATH does not lead: mke2fs, debugfs.
process.env.PATH += ':/usr/sbin:/sbin'
const directory = mkdtempSync(join(tmpdir(), 'cooper-vm-'))
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())
try {
  process.exitCode = await test()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

/** @returns the status to end with */
async function test(): Promise<number> {
  const lacks = lacking()
  if (lacks) throw new Error(lacks)
  const lessons = positionals.length > 0 ? positionals : findLessons(projectFile()).map(({ id }) => id)
  const { version, image, modules } = kernel(directory)
  console.log(`Booting an emulated Linux ${version} for ${lessons.join(', ')}`)
  const disk = await makeDisk(directory, lessons, options.record)
  const initramfs = makeInitramfs(directory, modules)
  const began = performance.now()
  const end = await boot({ image, initramfs, disk, minutes: Number(options.minutes), stop: stop.signal })
  if (stop.signal.aborted) return 130

  const out = readDisk(directory, disk)
  const recorded = join(out, 'lessons')
  if (options.record && existsSync(recorded)) cpSync(recorded, projectFile('lessons'), { recursive: true })
  const { passed, failed, skipped, missing } = resultsOf(out, lessons)
  for (const { who, lesson } of missing) console.log(`✗ ${lesson} ${people[who]}: no result`)
  console.log(`${end} after ${Math.round((performance.now() - began) / 1000)} s`)
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  return failed > 0 ? 1 : 0
}

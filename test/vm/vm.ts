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

const lacks = lacking()
if (lacks) {
  console.error(lacks)
  process.exit(1)
}
const directory = mkdtempSync(join(tmpdir(), 'cooper-vm-'))
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())

const lessons = positionals.length > 0 ? positionals : findLessons(projectFile()).map(({ id }) => id)
const { version, image, modules } = await kernel(directory)
console.log(
  `Booting Linux ${version} under emulation for ${lessons.join(', ')}: as root, and as an ordinary user.`,
)
const disk = await makeDisk(directory, lessons, options.record)
const initramfs = makeInitramfs(directory, modules)
const began = performance.now()
const end = await boot({ image, initramfs, disk, minutes: Number(options.minutes), stop: stop.signal })
const out = readDisk(directory, disk)
if (options.record && existsSync(join(out, 'lessons')))
  cpSync(join(out, 'lessons'), projectFile('lessons'), { recursive: true })
const { passed, failed, skipped, missing } = resultsOf(out, lessons)
for (const { who, lesson } of missing) console.log(`✗ ${lesson} ${people[who]}: no result; ${end}`)
console.log(`The machine ran for ${Math.round((performance.now() - began) / 1000)} s: ${end}.`)
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed > 0 ? 1 : 0

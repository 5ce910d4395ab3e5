// npm run bench              tables
// npm run bench -- --json    { "ratio": …, "help": { "ratio": … }, … }
//
// What is measured is what is shipped: a bundle, made here by the same bundler. It lies in a directory of its own, for
// the checkout may be somebody else's, with links to what a package finds beside its code.
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'

const project = fileURLToPath(new URL('../..', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'cooper-bench-'))
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

// mkdtemp(3) lets in only its owner, and root of a user namespace is somebody else.
chmodSync(directory, 0o755)
for (const name of ['package.json', 'native', 'dist', 'test'])
  symlinkSync(join(project, name), join(directory, name))
await build({
  config: false,
  cwd: project,
  entry: { bench: 'test/bench/bench.ts', contest: 'test/bench/engines/contest.ts' },
  outDir: join(directory, 'bundle'),
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  fixedExtension: false,
  dts: false,
  hash: false,
  logLevel: 'error',
})
const { bench } = await import(join(directory, 'bundle', 'bench.js'))
console.log(await bench(directory, process.argv.includes('--json')))

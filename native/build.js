// Builds the addon and the small programs that run inside a container, or says in one sentence what is missing.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const release = join(here, 'build', 'Release')

if (process.platform !== 'linux') {
  console.log(`Not building the addon: it speaks to a Linux kernel, and this is ${process.platform}.`)
  process.exit(0)
}

const runs = (program, ...args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0
const compiler = process.env.CXX ?? ['g++', 'c++', 'clang++'].find((name) => runs(name, '--version'))
const missing = [
  !compiler && ['a C++ compiler', 'g++'],
  !runs('make', '--version') && ['make', 'make'],
  !runs(process.env.PYTHON ?? 'python3', '--version') && ['python3 (for node-gyp)', 'python3'],
].filter(Boolean)
if (missing.length > 0) {
  const [what, packages] = [0, 1].map((i) => missing.map((entry) => entry[i]))
  console.error(`Cooperage needs ${what.join(', ')} to build: ${installCommand(packages)}`)
  process.exit(1)
}

/** The line that installs these Debian packages, or their twins elsewhere. */
function installCommand(packages) {
  const ways = [
    ['apt-get', 'apt-get install -y', {}],
    ['dnf', 'dnf install -y', { 'g++': 'gcc-c++ libstdc++-static glibc-static' }],
    ['pacman', 'pacman -S', { 'g++': 'gcc', python3: 'python' }],
    ['apk', 'apk add', {}],
    ['zypper', 'zypper install', { 'g++': 'gcc-c++' }],
  ]
  const [, command, twins] = ways.find(([program]) => runs('which', program)) ?? ways[0]
  return `${process.getuid() === 0 ? '' : 'sudo '}${command} ${packages.map((name) => twins[name] ?? name).join(' ')}`
}

/** Runs a builder quietly; what it printed matters only when it fails. */
function build(what, program, args, options = {}) {
  const done = spawnSync(program, args, { cwd: here, encoding: 'utf8', ...options })
  if (done.status === 0) return
  const said = `${done.stdout ?? ''}${done.stderr ?? ''}${done.error ?? ''}`
  const errors = said.split('\n').filter((line) => /error|cannot find|not found|fatal/i.test(line))
  console.error(`Cooperage could not build ${what}:`)
  console.error((errors.length > 0 ? errors.slice(0, 12) : said.trim().split('\n').slice(-12)).join('\n'))
  process.exit(1)
}

// Node's own headers where its package brings them along: nothing to download then.
const prefix = dirname(dirname(process.execPath))
const headers = existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : []
const require = createRequire(import.meta.url)
const nodeGyp = join(dirname(require.resolve('node-gyp/package.json')), 'bin', 'node-gyp.js')
build('its addon', process.execPath, [
  nodeGyp,
  'rebuild',
  '--directory',
  here,
  ...headers,
  '--loglevel=error',
])

// Static, because the container they run in may hold no library at all.
mkdirSync(release, { recursive: true })
for (const name of ['init', 'proxy', 'inhabitant', 'escape-chroot', 'mirror', 'roundtrips', 'eat', 'spin']) {
  const options = ['-std=c++17', '-O2', '-Wall', '-Wextra', '-fno-exceptions', '-fno-rtti', '-static', '-s']
  build(name, compiler, [...options, '-o', join(release, name), join(here, `${name}.cc`)])
}

const { version } = JSON.parse(readFileSync(join(here, '..', 'package.json'), 'utf8'))
console.log(`Built the addon of Cooperage ${version} for Node ${process.versions.node}, ${process.arch}.`)

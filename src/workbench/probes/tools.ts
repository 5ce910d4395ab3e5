import { installing, type Missing } from './distribution.ts'
import { isBusybox, type Machine } from './machine.ts'
import { define, type Finding, type Probe } from './probe.ts'

export const toolProbes: Probe[] = [
  tools('bash', 'the shell of the lessons', 'lessons', ['bash']),
  tools('util-linux', 'unshare, nsenter, mount, lsns', 'lessons', ['unshare', 'nsenter', 'mount', 'lsns']),
  tools('procps', 'ps', 'lessons', ['ps']),
  tools('iproute2', 'ip', 'some', ['ip']),
  tools('nft', 'nft, for address translation', 'some', ['nft']),
  tools('tmux', 'tmux, for two windows in one', 'some', ['tmux']),
  define({
    name: 'compiler',
    title: 'a C++ compiler, make and python3, to build cooper from its source',
    needed: 'some',
    look(machine) {
      const compiler = ['g++', 'c++', 'clang++'].find((name) => machine.which(name))
      const missing = [
        ...(compiler ? [] : ['C++ compiler']),
        ...['make', 'python3'].filter((name) => !machine.which(name)),
      ]
      if (missing.length === 0) return { ok: true, found: `${compiler}, make, python3` }
      return {
        ok: false,
        found: `no ${missing.join(', no ')}`,
        why: 'only building needs them; no lesson does',
        remedy: [installing('compiler', machine)],
      }
    },
  }),
]

/** Programs of one package. Busybox has most of them too, but not all their options. */
function tools(name: Missing, title: string, needed: Probe['needed'], programs: string[]): Probe {
  return define({ name, title, needed, look: (machine) => lookFor(name, programs, machine) })
}

function lookFor(name: Missing, programs: string[], machine: Machine): Finding {
  const found = programs.map((program) => ({ program, file: machine.which(program) }))
  const missing = found.filter(({ file }) => file === undefined).map(({ program }) => program)
  const small = found.filter(({ file }) => file && isBusybox(file)).map(({ program }) => program)
  if (missing.length === 0 && small.length === 0) {
    return { ok: true, found: found.map(({ file }) => file).join(' ') }
  }
  return {
    ok: false,
    found: missing.length > 0 ? `no ${missing.join(', no ')}` : `busybox’s ${small.join(', ')}`,
    why: missing.length > 0 ? 'the lessons use it' : 'busybox leaves out options that the lessons use',
    remedy: [installing(name, machine)],
  }
}

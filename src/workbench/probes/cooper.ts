import { installing } from './distribution.ts'
import { define, type Probe } from './probe.ts'

/** What cooper brings itself, and where it is shown. */
export const cooperProbes: Probe[] = [
  define({
    name: 'addon',
    title: 'the native half of cooper, for this Node',
    needed: 'lessons',
    look(machine) {
      const made = `Node ${machine.node}, ${machine.platform} ${machine.arch}`
      try {
        return { ok: true, found: `${machine.addon()} (${made})` }
      } catch (error) {
        const tools = ['make', 'python3'].every((name) => machine.which(name))
        return {
          ok: false,
          found: `none for ${made}`,
          why: error instanceof Error ? error.message.split('\n')[0] : String(error),
          remedy: [
            ...(tools ? [] : [installing('compiler', machine)]),
            'npm run build:native, where cooper is',
          ],
        }
      }
    },
  }),
  define({
    name: 'terminal',
    title: 'a terminal of at least 80 by 24',
    needed: 'some',
    anywhere: true,
    look({ stdout, env }) {
      if (!stdout.isTTY) {
        return {
          ok: false,
          found: 'none: the output goes elsewhere',
          why: 'the tour asks and redraws, and needs somebody to answer; list, check, run and doctor need nobody',
          remedy: ['start cooper in a terminal, without a pipe behind it (docker: run -it)'],
        }
      }
      const { columns = 0, rows = 0 } = stdout
      const found = `${env.TERM ?? 'TERM is not set'}, ${columns} by ${rows}`
      if (env.TERM === 'dumb' || !env.TERM) {
        return {
          ok: false,
          found,
          why: 'such a terminal cannot move its cursor',
          remedy: ['export TERM=xterm-256color'],
        }
      }
      if (columns >= 80 && rows >= 24) return { ok: true, found }
      return {
        ok: false,
        found,
        why: 'tables and code are cut or wrapped',
        remedy: ['make the window larger'],
      }
    },
  }),
]

import { distribution, type Machine, type Probed, runProbes, thisMachine } from '../workbench/probes.ts'
import { elsewhere } from './elsewhere.ts'
import { marks, spell } from './look/marks.ts'
import { painter } from './look/paint.ts'
import { headline, type Row, rows } from './look/rows.ts'
import { look, type Screen } from './look/terminal.ts'
import { pad, width } from './look/width.ts'
import { wrapText } from './look/wrap.ts'
import type { Options } from './options.ts'

/** Where doctor looks and writes; a test hands in its own. */
export interface Surgery {
  machine?: Machine
  screen?: Screen
  write?(text: string): void
}

/**
 * Says what the lessons need, what of it is here, and how to get the rest.
 *
 * @returns the exit status: 0 when every lesson can run as far as this machine lets it, 1 when something is missing
 * that all of them need
 */
export async function doctor(
  options: Partial<Options<'doctor'>> = {},
  surgery: Surgery = {},
): Promise<number> {
  const { machine = thisMachine(), write = (text) => void process.stdout.write(text) } = surgery
  const { screen = look(machine.stdout, machine.env) } = surgery
  const results = await runProbes(machine)
  const ok = results.every((result) => result.ok || result.needed === 'some')
  if (options.json)
    write(`${JSON.stringify({ ok, system: system(machine), probes: results.map(asJson) }, null, 2)}\n`)
  else write(`${report(results, ok, machine, screen).join('\n')}\n`)
  return ok ? 0 : 1
}

function system(machine: Machine) {
  const { platform, release, arch, node, uid } = machine
  const { name: distro } = distribution(machine)
  return { platform, release, arch, distribution: platform === 'linux' ? distro : platform, node, uid }
}

function asJson({ name, ok, needed, found, why, remedy }: Probed) {
  return { name, ok, needed, found, why, remedy }
}

function report(results: Probed[], ok: boolean, machine: Machine, screen: Screen): string[] {
  const paint = painter(screen)
  const { distribution: distro, release, arch, node, uid } = system(machine)
  const who = uid === 0 ? 'root' : `user ${uid}`
  const lines = [`${distro}, ${release}, ${arch}, Node ${node}, ${who}`, '']
  const other = elsewhere(machine.platform)
  if (other) return [...lines, spell(other, screen)]

  for (const result of results) lines.push(...one(result, screen))
  const missing = results.filter(({ ok, needed }) => !ok && needed === 'lessons')
  const verdict = ok
    ? 'The lessons run here. What is not here only skips the parts that need it; they say so.'
    : `The lessons cannot run before this is mended: ${missing.map(({ name }) => name).join(', ')}.`
  return [...lines, '', ...wrapText(verdict, screen.width).map((line) => paint(line, ok ? 'good' : 'bad'))]
}

/** One probe on one line; below it the cause and the remedies, when there is something to mend. */
function one({ name, ok, needed, found, why, remedy = [], title }: Probed, screen: Screen): string[] {
  const signs = marks(screen)
  const [sign, word, mark] = ok
    ? ([signs.passed, 'here', 'good'] as const)
    : needed === 'lessons'
      ? ([signs.failed, 'missing', 'bad'] as const)
      : ([signs.skipped, 'not here', 'notice'] as const)
  const start = pad(sign, width(signs.passed))
  const said = ok ? `${name}: ${found}` : `${name}: ${title}`
  if (ok) return headline(start, word.padEnd(8), mark, said, screen)
  return [
    ...headline(start, word.padEnd(8), mark, said, screen),
    ...rows(
      [{ name: 'found', text: found }, { name: 'because', text: why }, ...asRows(remedy)],
      screen,
      width(start) + 1,
    ),
  ]
}

// What is to be typed stays whole: a terminal that folds a line still copies it as one.
const typed =
  /^(sudo|apt|dnf|pacman|apk|zypper|sysctl|echo|npm|docker|modprobe|mount|usermod|grubby|export)\b|\n/

function asRows(remedy: string[]): Row[] {
  return remedy.map((text, index) => ({ name: index === 0 ? 'try' : 'or', text, whole: typed.test(text) }))
}

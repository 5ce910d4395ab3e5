import { type Act, type Namespace, verbOf, word } from '../kernel/index.ts'
import type { Box } from './box.ts'
import { hybrid } from './cgroup/index.ts'
import type { Plan, PlannedCall } from './compose.ts'
import { type Stage, stages } from './stages.ts'

const options: Record<Namespace, string> = {
  mnt: '--mount --propagation unchanged',
  pid: '--pid --fork --kill-child',
  net: '--net',
  uts: '--uts',
  ipc: '--ipc',
  user: '--user --keep-caps',
  cgroup: '--cgroup',
}

/** In a shell, what is done in the child before its root is swapped; `settle` too, while the tools are still there. */
const before: readonly Stage[] = ['part', 'root', 'furnish', 'settle']

/**
 * A commented shell script that makes the same container with the tools of util-linux and iproute2. It is the plan
 * read once more: the same calls with the same reasons, spelled as one would type them.
 */
export function toScript(plan: Plan): string {
  const { box, calls } = plan
  const of = (stage: Stage) => calls.filter((call) => call.at === stage)
  const inside = [
    ...part(before.flatMap(of).filter((call) => call.do !== 'chdir' && !joinsGroup(call))),
    ...part(of('pivot')),
    ...part(of('settle').filter((call) => call.do === 'chdir')),
    ...drop(of('drop'), box),
  ]
  // A shell joins groups first and makes the namespaces then, so that all of them, the one of groups too, are right.
  const joins = [...of('admit'), ...of('become')].filter(joinsGroup)
  const admit = of('admit').filter((call) => !joinsGroup(call))
  const late = of('become').flatMap((call) => (call.do === 'unshare' ? call.args.namespaces : []))
  const ids = of('become').filter((call) => call.do !== 'unshare' && !joinsGroup(call))
  // Then this shell stays, to take back what it made.
  const stays = admit.length + of('claim').length > 0
  const made = [...plan.clone, ...late]
  const unshare = ['unshare', ...made.map((kind) => options[kind])].join(' ')
  const born = `${unshare} sh -c "$inside"`
  const first = stays
    ? ['# wait until the ids are mapped', 'read -r go <&3', 'exec 3<&-', ...become(ids)]
    : inside
  return [
    '#!/bin/sh',
    `# A container of the pieces ${plan.pieces.map(({ name }) => name).join(', ') || '(none)'}, with the tools of util-linux and iproute2.`,
    ...(box.root === '/'
      ? []
      : ['# The root file system has to hold umount, and setpriv where --user is asked for.']),
    'set -e',
    ...(box.root === '/'
      ? []
      : ['# An ordinary user’s path does not lead to pivot_root.', 'PATH=$PATH:/usr/sbin:/sbin']),
    '',
    '# What happens in the child, one line a call.',
    ...hereDocument('inside', ['set -e', ...first]),
    ...(stays ? [...hereDocument('rest', ['set -e', 'unset rest', ...inside]), 'export rest'] : []),
    '',
    `# born: ${stages.born.why}`,
    ...(stays
      ? admitted(joining(born, joins, box), made.find((kind) => kind !== 'pid') ?? 'user', admit, of('claim'))
      : [made.length > 0 ? `exec ${born}` : 'exec sh -c "$inside"']),
    '',
  ].join('\n')
}

/** What a shell does for all it will start. */
const joinsGroup = ({ do: verb }: PlannedCall) => verb === 'groupJoin' || verb === 'groupEnter'

/** Lines as the value of a variable, ended by a word that is none of them. */
function hereDocument(name: string, lines: string[]): string[] {
  const all = lines.join('\n').split('\n')
  let end = name.toUpperCase()
  while (all.includes(end)) end += '_'
  return [`${name}=$(cat <<'${end}'`, ...lines, end, ')']
}

/** Calls with their reasons; a reason that is the same as above is not said twice. */
function part(calls: PlannedCall[]): string[] {
  let said = ''
  return calls.flatMap((call) => {
    const why = `# ${call.piece ? `${call.piece.name}: ` : ''}${call.why}`
    const comment = why === said ? [] : [why]
    said = why
    return [...comment, shellOf(call)]
  })
}

function shellOf(call: PlannedCall): string {
  // Before the swap, the container's root is where it was put together.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills it in
  if (call.at === 'settle' && call.do === 'mountSetattr') return 'mount -o remount,bind,ro "${ROOT:-/}"'
  return verbOf(call).shell(call.args)
}

/** Changes of ids are arguments of one setpriv, which then goes on with the rest. */
function become(calls: PlannedCall[]): string[] {
  return [
    ...calls.map(({ why }) => `# ${why}`).slice(0, 1),
    `exec ${setpriv(calls)} --inh-caps=-all sh -c "$rest"`,
  ]
}

/** The end: where it starts, as whom, on which terminal, with which environment, and the program. */
function drop(calls: PlannedCall[], box: Box): string[] {
  const of = (...verbs: PlannedCall['do'][]) => calls.filter((call) => verbs.includes(call.do))
  const ids = of('setgroups', 'setgid', 'setuid')
  const own = of('openTerminal').length > 0
  const command = [...environment(box), ...box.argv.map(word)].join(' ')
  // As process 1, a shell that waits reaps as an init does.
  const program = box.init ? `sh -c '"$@" & wait $!' cooper-init ${command}` : command
  return [
    ...part(of('chdir')),
    ...(own ? ['# a terminal of its own is what script(1) makes'] : []),
    ...ids.slice(0, 1).map(({ why }) => `# ${why}`),
    [
      'exec',
      ...(ids.length > 0 ? [setpriv(ids)] : []),
      own ? `script -qc ${word(program)} /dev/null` : program,
    ].join(' '),
  ]
}

/** With a root of its own it has an environment of its own; else only what differs from ours is said. */
function environment({ root, env }: Box): string[] {
  const own = root !== '/'
  const said = Object.entries(env).filter(([name, value]) => own || process.env[name] !== value)
  return own || said.length > 0
    ? ['env', ...(own ? ['-i'] : []), ...said.map(([name, value]) => word(`${name}=${value}`))]
    : []
}

function setpriv(calls: PlannedCall[]): string {
  const words = calls.map((call) =>
    verbOf(call)
      .shell(call.args)
      .replace(/^setpriv /, ''),
  )
  // It wants to be told about the groups; where setgroups is denied they can only be kept.
  const groups = words.some((option) => option.includes('groups')) ? [] : ['--keep-groups']
  return ['setpriv', ...groups, ...words].join(' ')
}

/** The birth of the child, in its groups: whoever writes 0 to `cgroup.procs` goes there, and what it starts stays there. */
function joining(born: string, joins: PlannedCall[], { cgroup }: Box): string[] {
  if (!cgroup) return [born]
  return [
    ...joins.slice(0, 1).map(({ piece, why }) => `# ${piece?.name}: ${why}`),
    '(',
    ...hybrid.members(cgroup).map((at) => `echo 0 > ${word(`${at}/cgroup.procs`)}`),
    `exec ${born}`,
    ')',
  ]
}

/** The maps are written from outside, while the child waits for a line on descriptor 3. */
function admitted(birth: string[], kind: Namespace, admit: PlannedCall[], claim: PlannedCall[]): string[] {
  const undo = [...claim, ...admit].flatMap((made) => verbOf(made).undo?.(made.args) ?? []) as Act[]
  return [
    ...part(claim),
    'gate=$(mktemp -u)',
    'mkfifo "$gate"',
    'exec 3<>"$gate" 4<&0',
    'rm "$gate"',
    ...birth.slice(0, -1),
    `${birth.at(-1)} <&4 4<&- &`,
    'CHILD=$!',
    `# until it is in its own ${kind} namespace`,
    `while [ "$(readlink /proc/$CHILD/ns/${kind})" = "$(readlink /proc/$$/ns/${kind})" ]; do sleep 0.01; done`,
    ...part(admit),
    'echo go >&3',
    ...(undo.length > 0
      ? [
          'STATUS=0',
          'wait "$CHILD" || STATUS=$?',
          '# what would outlive it',
          // The kernel may have taken it away with the container.
          ...undo.toReversed().map((act) => `{ ${verbOf(act).shell(act.args)}\n} 2>/dev/null || :`),
          'exit $STATUS',
        ]
      : ['wait "$CHILD"']),
  ]
}

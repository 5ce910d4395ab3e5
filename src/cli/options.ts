/** One option: `--hostname <name>`, or a mere `--json`. */
export interface Option {
  /** Without the dashes. */
  name: string
  /** One letter for it: `v` for `-v`. */
  short?: string
  /** What stands for its value in the help; an option without one is a flag. */
  value?: string
  /** Its value is several, with commas between: `pid,user`. */
  list?: true
  /** May be given again, for another value. */
  again?: true
  summary: string
}

export interface Argument {
  name: string
  optional?: true
  /** Takes all that follow. */
  many?: true
  summary: string
}

/** One command: what the parser accepts, the help says, and the reference lists. */
export interface Command {
  name: string
  summary: string
  arguments: readonly Argument[]
  options: readonly Option[]
  /** From its first argument on, everything is another program's, dashes too. */
  passThrough?: true
  examples: readonly { line: string; says: string }[]
  /** Exit statuses other than 0 done, 1 failed, 2 used wrongly. */
  exits?: Readonly<Record<string, string>>
}

const json = { name: 'json', summary: 'write JSON, for a program to read' } as const

/** All commands, in the order a newcomer needs them. The first is what `cooper` alone does. */
export const commands = [
  {
    name: 'menu',
    summary: 'choose a lesson; what cooper does without a command',
    arguments: [],
    options: [],
    examples: [{ line: 'cooper', says: 'open the menu' }],
  },
  {
    name: 'list',
    summary: 'list the lessons and how far you are',
    arguments: [],
    options: [json],
    examples: [{ line: 'cooper list', says: 'see what there is to learn' }],
  },
  {
    name: 'learn',
    summary: 'go through a lesson, page by page',
    arguments: [{ name: 'lesson', optional: true, summary: 'the lesson, such as pid; else the next one' }],
    options: [
      { name: 'yes', summary: 'run through to the end without asking' },
      { name: 'from', value: 'step', summary: 'begin at this step, having done the ones before' },
      { name: 'restart', summary: 'forget how far you were, begin at the beginning' },
    ],
    examples: [
      { line: 'cooper learn pid', says: 'make a process of your own' },
      { line: 'cooper learn pid --from box', says: 'go on at a step' },
    ],
  },
  {
    name: 'check',
    summary: 'prove that lessons hold on this machine: every step, check and task',
    arguments: [{ name: 'lessons', optional: true, many: true, summary: 'the lessons, such as process pid' }],
    options: [
      { name: 'all', summary: 'all lessons' },
      json,
      { name: 'record', summary: 'write down what was seen, beside the lesson' },
    ],
    examples: [
      { line: 'cooper check pid', says: 'run one lesson as a test' },
      { line: 'cooper check --all --json', says: 'run them all, for a program to read' },
    ],
  },
  {
    name: 'shell',
    summary: 'open a second window into the workbench of a lesson that is running',
    arguments: [
      { name: 'terminal', optional: true, summary: 'the terminal to join, such as box; else host' },
    ],
    options: [],
    examples: [{ line: 'cooper shell box', says: 'join the container being built' }],
  },
  {
    name: 'run',
    summary: 'run a command in a container made of the pieces you name',
    arguments: [{ name: 'command', many: true, summary: 'the command and its arguments' }],
    options: [
      { name: 'only', value: 'pieces', list: true, summary: 'only these pieces: pid,user' },
      { name: 'without', value: 'pieces', list: true, summary: 'all pieces but these' },
      { name: 'hostname', value: 'name', summary: 'host name in the container' },
      {
        name: 'volume',
        short: 'v',
        value: 'from:to[:ro]',
        again: true,
        summary: 'a directory or file of the machine, seen in the container too',
      },
      { name: 'user', short: 'u', value: 'user[:group]', summary: 'run as this user of the container' },
      { name: 'workdir', short: 'w', value: 'dir', summary: 'the working directory' },
      {
        name: 'env',
        short: 'e',
        value: 'name=value',
        again: true,
        summary: 'set a variable of the environment',
      },
      {
        name: 'network',
        value: 'mode',
        summary: 'none, bridge, host or container:PID; else bridge where ports are published, and none',
      },
      {
        name: 'publish',
        short: 'p',
        value: '[[ip:]port:]port',
        again: true,
        summary: 'lead a port of the machine to one of the container',
      },
      { name: 'subnet', value: 'cidr', summary: "the bridge's addresses, where there is none yet" },
      { name: 'read-only', summary: 'the root file system cannot be written' },
      {
        name: 'rootfs',
        value: 'dir',
        summary: "the root file system; else a small one of this machine's programs, / for the machine's own",
      },
      {
        name: 'lower',
        value: 'dir',
        again: true,
        summary: 'a layer over the root file system, only read; the one named first is the topmost',
      },
      {
        name: 'upper',
        value: 'dir',
        summary: 'keep in this directory what the container writes; else it is gone with the container',
      },
      {
        name: 'memory',
        short: 'm',
        value: 'bytes',
        summary: 'so much memory and no more: 64m; units b, k, m, g',
      },
      {
        name: 'memory-swap',
        value: 'bytes',
        summary: 'memory and swap together, -1 for any; else twice the memory',
      },
      { name: 'cpus', value: 'number', summary: 'as much time as so many processors have: 0.5' },
      {
        name: 'cpu-shares',
        value: 'weight',
        summary: 'a share of the processors when others want them too; else 1024',
      },
      { name: 'cpuset-cpus', value: 'list', summary: 'only on these processors: 0-1,3' },
      { name: 'pids-limit', value: 'number', summary: 'so many processes and threads, -1 for any number' },
      {
        name: 'device',
        value: 'from[:to[:rwm]]',
        again: true,
        summary: 'a device node of the machine, seen in the container too',
      },
      {
        name: 'device-read-bps',
        value: 'disk:rate',
        again: true,
        summary: 'read at most so many bytes a second from a disk: /dev/sda:1mb',
      },
      {
        name: 'device-write-bps',
        value: 'disk:rate',
        again: true,
        summary: 'write at most so many bytes a second to a disk',
      },
      {
        name: 'device-read-iops',
        value: 'disk:rate',
        again: true,
        summary: 'read at most so many times a second from a disk: /dev/sda:100',
      },
      {
        name: 'device-write-iops',
        value: 'disk:rate',
        again: true,
        summary: 'write at most so many times a second to a disk',
      },
      {
        name: 'init',
        summary:
          'a small init as process 1, which reaps orphans and passes signals on; without the piece pid, it ends all of them should cooper be killed',
      },
      {
        name: 'rm',
        summary: 'as docker has it; here nothing of a container is ever kept',
      },
      { name: 'interactive', short: 'i', summary: 'keep standard input open' },
      { name: 'tty', short: 't', summary: 'a terminal of its own' },
      { name: 'explain', summary: 'say every call and its reason; run nothing' },
      { name: 'dry-run', summary: 'write a shell script that makes the same container; run nothing' },
      { name: 'trace', summary: 'run it, and say every call with its microseconds on standard error' },
      {
        name: 'json',
        summary: 'with --explain: as JSON; with --trace: as one line of JSON on standard error',
      },
    ],
    passThrough: true,
    examples: [
      { line: "cooper run --only pid,user -- sh -c 'echo $$'", says: 'be process 1' },
      { line: 'cooper run -it -- sh', says: 'look around in a container' },
      { line: 'cooper run --memory 64m --pids-limit 20 -- sh', says: 'let it have so much and no more' },
      { line: 'cooper run --explain -- sh', says: 'see what a container is made of' },
    ],
    exits: {
      125: 'cooper could not make the container, or was used wrongly',
      126: 'the command is there but cannot be run',
      127: 'the command was not found',
      other: "the command's own; 128+N when signal N ended it",
    },
  },
  {
    name: 'play',
    summary: 'switch pieces of a container on and off, and see what is isolated',
    arguments: [],
    options: [
      { name: 'only', value: 'pieces', list: true, summary: 'begin with only these pieces: pid,user' },
      { name: 'without', value: 'pieces', list: true, summary: 'begin with all pieces but these' },
      { name: 'network', value: 'mode', summary: 'begin with this network: bridge, none or host' },
      { name: 'yes', summary: 'ask nothing: make that container, tell about it, and end' },
      json,
    ],
    examples: [
      { line: 'cooper play', says: 'choose the pieces, and stand in the container' },
      { line: 'cooper play --yes --only pid,uts', says: 'see what these two isolate' },
    ],
  },
  {
    name: 'inspect',
    summary: 'take a process apart, in whatever container it is: what it shares, what is weak',
    arguments: [{ name: 'pid', summary: 'its number, as ps on this machine shows it' }],
    options: [json],
    examples: [
      { line: 'cooper inspect $$', says: 'see that your shell is no container' },
      { line: 'cooper inspect 4711 --json', says: 'the same for a program to read' },
    ],
  },
  {
    name: 'stats',
    summary: 'see what processes use: processors, memory against the limit, network, disks',
    arguments: [{ name: 'pids', many: true, summary: 'their numbers, as ps on this machine shows them' }],
    options: [
      { name: 'no-stream', summary: 'one reading, and no more' },
      { name: 'json', summary: 'write a line of JSON each second, for a program to read' },
    ],
    examples: [
      { line: 'cooper stats 4711 4712', says: 'watch two containers' },
      { line: 'cooper stats $$ --no-stream --json', says: 'one reading, for a program' },
    ],
  },
  {
    name: 'doctor',
    summary: 'look at what the lessons need, and say how to get what is missing',
    arguments: [],
    options: [json],
    examples: [{ line: 'cooper doctor', says: 'see if this machine is ready' }],
    exits: { 1: 'something that every lesson needs is missing' },
  },
  {
    name: 'clean',
    summary: 'take away what a killed cooper may have left behind',
    arguments: [],
    options: [json],
    examples: [{ line: 'cooper clean', says: 'leave nothing behind' }],
  },
] as const satisfies readonly Command[]

/** Options that stand for themselves, with or without a command. */
export const globals = [
  { name: 'help', summary: 'say how to use cooper, or a command of it' },
  { name: 'version', summary: 'say which version this is' },
] as const satisfies readonly Option[]

/** Exit statuses every command has. */
export const exits: Readonly<Record<string, string>> = { 0: 'done', 1: 'failed', 2: 'used wrongly' }

export type CommandName = (typeof commands)[number]['name']

type Entry<Name extends CommandName> = Extract<(typeof commands)[number], { name: Name }>

type Value<O> = O extends { list: true } | { again: true }
  ? string[] | undefined
  : O extends { value: string }
    ? string | undefined
    : boolean

/** The options of one command as the parser gives them: flags always a boolean, values undefined when not given. */
export type Options<Name extends CommandName> = {
  [O in Entry<Name>['options'][number] as O['name']]: Value<O>
}

/** The entry of a command; undefined when there is none of that name. */
export function command(name: string): Command | undefined {
  return commands.find((entry) => entry.name === name)
}

import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { type Plan, stages } from '../../src/container/index.ts'
import { type Encoded, namespaceBits, projectFile, verbOf } from '../../src/kernel/index.ts'

/** The C program: launches once whenever it is asked, and says how many nanoseconds it took. */
export interface Rival {
  launch(): Promise<number>
  end(): void
}

/** Compiles launch.c with the calls of this plan, in a directory of the caller's, and starts it. */
export function rivalOf(plan: Plan, directory: string): Rival {
  copyFileSync(projectFile('test', 'bench', 'launch.c'), join(directory, 'launch.c'))
  writeFileSync(join(directory, 'calls.h'), callsInC(plan))
  const program = join(directory, 'launch')
  compile(join(directory, 'launch.c'), program)
  return start(spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] }))
}

export function compile(source: string, program: string, ...options: string[]): void {
  execFileSync(process.env.CC ?? 'cc', ['-O2', '-Wall', '-Wextra', ...options, '-o', program, source])
}

/** The calls of a plan as the macros of launch.c, in the plan's order. */
export function callsInC(plan: Plan): string {
  const parent: string[] = []
  const child: string[] = []
  for (const call of plan.calls) {
    const side = stages[call.at].side === 'machine' ? parent : child
    side.push(callInC(verbOf(call).encode!(call.args)))
  }
  const block = (name: string, lines: string[]) => `#define ${name} ${lines.join(' \\\n  ')}\n`
  return [
    `#define CLONE_FLAGS ${namespaceBits(plan.clone)}\n`,
    `#define PROGRAM ${JSON.stringify(plan.box.argv[0])}\n`,
    block('CALLS_OF_PARENT', parent),
    block('CALLS_OF_CHILD', child),
  ].join('')
}

function callInC([name, ...args]: Encoded): string {
  const macro = name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
  return `${macro}(${args.map(argumentInC).join(', ')});`
}

function argumentInC(argument: Encoded[number]): string {
  if (argument === null) return 'NULL'
  if (typeof argument !== 'object' || argument instanceof Uint8Array) return JSON.stringify(argument)
  if ('entry' in argument) return `ENTRY("${dirname(argument.entry)}", "${basename(argument.entry)}")`
  if ('exact' in argument) return `EXACT("${argument.exact}")`
  return `TARGET("${argument.target}")`
}

function start(child: ChildProcessByStdio<Writable, Readable, null>): Rival {
  let waiting: Asked | undefined
  child.stdout.on('data', (answer: Buffer) => waiting?.resolve(Number(answer.readBigUInt64LE())))
  child.on('exit', (status) => waiting?.reject(new Error(`the C program ended with status ${status}`)))
  return {
    launch: () =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        child.stdin.write('l')
      }),
    end: () => child.stdin.end(),
  }
}

interface Asked {
  resolve(nanoseconds: number): void
  reject(error: Error): void
}

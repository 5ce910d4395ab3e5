import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { doctor } from '../../src/cli/doctor.ts'
import { elsewhere } from '../../src/cli/elsewhere.ts'
import { answer, commandHelp, help } from '../../src/cli/help.ts'
import { type Command, commands } from '../../src/cli/options.ts'
import { parse } from '../../src/cli/parse.ts'
import { nearest, UsageError } from '../../src/cli/usage.ts'
import { probes, thisMachine } from '../../src/workbench/probes.ts'

const table: readonly Command[] = commands

describe('help', () => {
  test('cooper --help', () => {
    expect(help()).toMatchSnapshot()
    for (const { name } of commands) expect(help()).toMatch(new RegExp(`^  ${name}\\b`, 'm'))
  })

  test.each(table.map(({ name }) => name))('cooper %s --help', (name) => {
    const text = commandHelp(name)
    expect(text).toMatchSnapshot()
    expect(text).toContain('\nExamples\n  cooper')
    expect(text).toContain('\nExit status\n')
    for (const option of table.find((entry) => entry.name === name)!.options)
      expect(text).toContain(`--${option.name}`)
  })

  test('eighty columns of ASCII', () => {
    for (const text of [help(), ...table.map(({ name }) => commandHelp(name))]) {
      expect(text).toMatch(/^\p{ASCII}+\n$/u)
      for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    }
  })

  test('who is asked', () => {
    expect(answer(['--help'], '1.2.3')).toBe(help())
    expect(answer(['help'], '1.2.3')).toBe(help())
    expect(answer(['help', 'run'], '1.2.3')).toBe(commandHelp('run'))
    expect(answer(['learn', 'pid', '-h'], '1.2.3')).toBe(commandHelp('learn'))
    expect(answer(['--version'], '1.2.3')).toBe('1.2.3\n')
    expect(answer(['learn', 'pid'], '1.2.3')).toBeUndefined()
    expect(answer([], '1.2.3')).toBeUndefined()
    expect(() => answer(['lern', '--help'], '1.2.3')).toThrow(UsageError)
  })

  test('what belongs to the command that is run is not ours', () => {
    expect(answer(['run', '--help'], '1')).toBe(commandHelp('run'))
    expect(answer(['run', '--only', 'pid', '--help'], '1')).toBe(commandHelp('run'))
    expect(answer(['run', '--', 'ls', '--help'], '1')).toBeUndefined()
    expect(answer(['run', 'ls', '--help'], '1')).toBeUndefined()
    expect(answer(['run', '-itv', '/tmp:/x', '--help'], '1')).toBe(commandHelp('run'))
    expect(answer(['run', '-e', '--help', 'ls'], '1')).toBeUndefined()
    expect(answer(['run', '--only', 'pid', 'ls', '--version'], '1')).toBeUndefined()
    expect(answer(['run', '--only=pid', '--trace', 'ls', '-h'], '1')).toBeUndefined()
  })

  test('needs no colours, nothing but the table: it has to be as fast as Node itself', () => {
    const cli = join(import.meta.dirname, '../../src/cli')
    const loaded = new Set<string>()
    const load = (file: string) => {
      if (loaded.has(file)) return
      loaded.add(file)
      if (!file.startsWith('.')) return
      const source = readFileSync(join(cli, file), 'utf8')
      for (const [, from = ''] of source.matchAll(/^(?:import|export) (?!type).*from '([^']+)'/gm)) load(from)
    }
    load('./help.ts')
    expect([...loaded].sort()).toEqual([
      './help.ts',
      './options.ts',
      './tokens.ts',
      './usage.ts',
      'node:util',
    ])
  })
})

describe('arguments', () => {
  test('nothing is the menu', () => {
    expect(parse([])).toEqual({ command: 'menu', args: [], options: {} })
  })

  test('flags are always there, values when they were given', () => {
    expect(parse(['learn', 'pid', '--from', 'unshare'])).toEqual({
      command: 'learn',
      args: ['pid'],
      options: { yes: false, from: 'unshare', restart: false },
    })
    expect(parse(['check', 'process', 'pid', '--json'])).toEqual({
      command: 'check',
      args: ['process', 'pid'],
      options: { all: false, json: true, record: false },
    })
  })

  test.each([
    [
      ['run', '--only', 'pid,user', '--', 'sh', '-c', 'echo $$'],
      ['sh', '-c', 'echo $$'],
    ],
    [
      ['run', '--only=pid, user', 'sh', '-c', 'echo $$'],
      ['sh', '-c', 'echo $$'],
    ],
    [
      ['run', '--only', 'pid,user', 'sh', '--json', '--', 'x'],
      ['sh', '--json', '--', 'x'],
    ],
    [
      ['run', '--only', 'pid,user', '--', 'sh', '--', '--help'],
      ['sh', '--', '--help'],
    ],
    [['run', '--only', 'pid,user', '--', '--odd'], ['--odd']],
  ])('%j', (argv, args) => {
    const parsed = parse(argv)
    expect(parsed).toMatchObject({ command: 'run', args, options: { only: ['pid', 'user'], json: false } })
  })

  test.each([
    [['lern'], "Unknown command 'lern'. Did you mean 'learn'?"],
    [['dcotor'], "Unknown command 'dcotor'. Did you mean 'doctor'?"],
    [['check', '--jsn'], "Unknown option '--jsn'. Did you mean '--json'?"],
    [['run', '--onyl', 'pid', 'sh'], "Unknown option '--onyl'. Did you mean '--only'?"],
    [['run'], 'What is missing: command. Usage: cooper run [options] -- <command...>'],
    [['run', '--only'], "'--only' needs a value (pieces). Usage: cooper run [options] -- <command...>"],
    [['learn', 'pid', 'mnt'], 'Too many arguments. Usage: cooper learn [options] [lesson]'],
    [['menu', 'pid'], 'Too many arguments. Usage: cooper menu'],
    [['run', '-i-', 'sh'], "Unknown option '-i-'. Usage: cooper run [options] -- <command...>"],
    [['run', '--rm=yes', 'sh'], "'--rm' takes no value. Usage: cooper run [options] -- <command...>"],
    [['--frobnicate'], "Unknown option '--frobnicate'. Usage: cooper menu"],
  ])('%j', (argv, message) => {
    expect(() => parse(argv)).toThrow(new UsageError(message))
  })

  test('words of one letter stand together, the last with its value', () => {
    const { args, options } = parse([
      'run',
      '-itv',
      'a:b',
      '-eA=1',
      '-e',
      '--help',
      '-m64m',
      '--memory-swap',
      '-1',
      'sh',
    ])
    expect(args).toEqual(['sh'])
    expect(options).toMatchObject({
      interactive: true,
      tty: true,
      volume: ['a:b'],
      env: ['A=1', '--help'],
      memory: '64m',
      'memory-swap': '-1',
    })
  })

  test('a list may be given in parts', () => {
    expect(parse(['run', '--only', 'pid,mnt', '--only=uts', 'sh'])).toMatchObject({
      options: { only: ['pid', 'mnt', 'uts'] },
    })
  })

  test('a name like none is answered with those there are', () => {
    expect(() => parse(['xyzzy'])).toThrow(/^Unknown command 'xyzzy'\. There is: menu, list, /)
  })

  test('the nearest name', () => {
    const lessons = ['process', 'pid', 'mnt', 'net', 'user']
    expect(nearest('pdi', lessons)).toBe('pid')
    expect(nearest('proces', lessons)).toBe('process')
    expect(nearest('PID', lessons)).toBe('pid')
    expect(nearest('usr', lessons)).toBe('user')
    expect(nearest('kubernetes', lessons)).toBeUndefined()
    expect(nearest('', lessons)).toBeUndefined()
  })
})

describe('doctor', () => {
  const screen = { width: 80, columns: 80, height: 24, colour: false, unicode: false, tty: false }
  async function examine(json: boolean, changes: Partial<ReturnType<typeof thisMachine>> = {}) {
    let written = ''
    const write = (text: string) => {
      written += text
    }
    const status = await doctor({ json }, { machine: { ...thisMachine(), ...changes }, screen, write })
    return { status, written }
  }

  test('as JSON', async () => {
    const { status, written } = await examine(true)
    const report = JSON.parse(written)
    expect(Object.keys(report)).toEqual(['ok', 'system', 'probes'])
    expect(status).toBe(report.ok ? 0 : 1)
    expect(report.system).toMatchObject({
      platform: process.platform,
      arch: process.arch,
      node: process.version,
    })
    expect(report.probes.map(({ name }: { name: string }) => name)).toEqual(probes.map(({ name }) => name))
  })

  test('a missing tool of all lessons is an error, with its remedy; one of some is not', async () => {
    const { which } = thisMachine()
    const without = (...tools: string[]) => ({
      which: (program: string) => (tools.includes(program) ? undefined : which(program)),
    })
    const fine = await examine(false, without('tmux', 'nft'))
    expect(fine.written).toContain('not here  nft')
    const broken = await examine(false, without('nsenter'))
    expect(broken.status).toBe(1)
    expect(broken.written).toMatch(/^x {2}missing {3}util-linux/m)
    expect(broken.written).toMatch(/found +no nsenter\n +because +the lessons use it\n +try +\S.*util-linux/)
    expect(broken.written).toContain('cannot run before this is mended: ')
  })

  test('on another system it says how to get Linux', async () => {
    const { status, written } = await examine(false, { platform: 'darwin' })
    expect(status).toBe(1)
    expect(written).toContain('limactl')
    const json = await examine(true, { platform: 'darwin' })
    expect(JSON.parse(json.written).ok).toBe(false)
  })
})

test('elsewhere', () => {
  expect(elsewhere('linux')).toBeUndefined()
  expect(elsewhere('darwin')).toMatch(/macOS.*Lima.*OrbStack.*Multipass.*UTM.*--privileged/s)
  expect(elsewhere('win32')).toMatch(/Windows.*WSL 2.*--privileged/s)
  for (const platform of ['darwin', 'win32', 'freebsd', 'aix']) {
    expect(elsewhere(platform)!.split('\n').length).toBeLessThanOrEqual(12)
  }
})

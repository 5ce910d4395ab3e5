import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { machine, process as processOf } from '../../src/facts/index.ts'
import type { Act } from '../../src/kernel/index.ts'
import { clean, openBenches, stateDir, Workbench } from '../../src/workbench/index.ts'
import { Ledger } from '../../src/workbench/ledger.ts'
import { sleep, within } from '../support/child.ts'

let dir: string
const before = process.env.XDG_STATE_HOME
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cooper-test-'))
  process.env.XDG_STATE_HOME = dir
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
  if (before === undefined) delete process.env.XDG_STATE_HOME
  else process.env.XDG_STATE_HOME = before
})

const own = readlinkSync('/proc/self/ns/pid')
const pages = () => readdirSync(stateDir('ledger')).sort()
const started = processOf(machine, process.pid)!.started
/** A number that no process has: above the kernel's largest (proc_sys_kernel(5), pid_max). */
const nobody = 4194304 + 1

function page(name: string, content: object | string): string {
  const file = join(stateDir('ledger'), name)
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

function left(name: string): { act: Act; at: string } {
  const at = join(dir, name)
  writeFileSync(at, 'left behind')
  return { at, act: { do: 'unlink', args: { at } } }
}

describe('a page', () => {
  test('is there before the workbench is, and gone after it', async () => {
    expect(pages()).toEqual([])
    const bench = await Workbench.enter()
    expect(pages()).toEqual([`${process.pid}-${started}.json`])
    const written = JSON.parse(readFileSync(join(stateDir('ledger'), pages()[0]!), 'utf8'))
    expect(written).toMatchObject({
      format_version: 1,
      pid: process.pid,
      started,
      bench: { holder: bench.holder },
    })
    await bench.end()
    expect(pages()).toEqual([])
  })

  test('is on the disk when `before` returns, whole, for nobody else to read', async () => {
    const ledger = Ledger.open()
    expect(pages()).toEqual([])
    const { at, act } = left('a')
    ledger.before(act)
    const file = join(stateDir('ledger'), pages()[0]!)
    expect(JSON.parse(readFileSync(file, 'utf8')).undo).toEqual([act])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(stateDir('ledger')).mode & 0o777).toBe(0o700)
    await ledger.close()
    expect(existsSync(at)).toBe(false)
    expect(pages()).toEqual([])
  })

  test('of another PID namespace is left alone as long as somebody lives there', async () => {
    const { at, act } = left('theirs')
    const sleeper = spawn('unshare', ['-Urpf', '--kill-child', 'sleep', '1000'])
    try {
      const child = () => readFileSync(`/proc/${sleeper.pid}/task/${sleeper.pid}/children`, 'utf8').trim()
      await within(2000, () => child() !== '' && readlinkSync(`/proc/${child()}/ns/pid`) !== own)
      const space = readlinkSync(`/proc/${child()}/ns/pid`)
      const undo = [act]
      page(`${nobody}-1.json`, { format_version: 1, pid: nobody, started: 1, space, undo })
      expect(await clean()).toEqual([])
      expect(existsSync(at)).toBe(true)
    } finally {
      sleeper.kill('SIGKILL')
      await new Promise((ended) => sleeper.once('exit', ended))
    }
    // Only from the first namespace can it be known that nobody is left in another.
    const first = own === 'pid:[4026531836]'
    for (let tries = 0; first && existsSync(at) && tries < 100; tries++) {
      await clean()
      await sleep(20)
    }
    expect(existsSync(at)).toBe(!first)
  })

  test('is undone last first', async () => {
    const at = join(dir, 'order')
    writeFileSync(at, '')
    const ledger = Ledger.open()
    for (const text of ['first', 'then', 'last'])
      ledger.before({ do: 'write', args: { at, text, create: 0o600 } })
    await ledger.close()
    expect(readFileSync(at, 'utf8')).toBe('first')
  })
})

describe('the next start', () => {
  test('finishes what a dead process left, and says so as one would type it', async () => {
    const { at, act } = left("it's")
    page(`${nobody}-1.json`, { format_version: 1, pid: nobody, started: 1, undo: [act] })
    expect(await clean()).toEqual([
      `rm -f '${at.replace("'", "'\\''")}'`,
      `cleaned up after process ${nobody}`,
    ])
    expect(existsSync(at)).toBe(false)
    expect(pages()).toEqual([])
    expect(await clean()).toEqual([])
  })

  test('does so when it makes a workbench', async () => {
    const { at, act } = left('a')
    page(`${nobody}-1.json`, { format_version: 1, pid: nobody, started: 1, undo: [act] })
    const bench = await Workbench.enter()
    expect(existsSync(at)).toBe(false)
    await bench.end()
    expect(pages()).toEqual([])
  })

  test('leaves alone what belongs to a process that lives', async () => {
    const { at, act } = left('mine')
    const name = `${process.pid}-${started}.json`
    page(name, { format_version: 1, pid: process.pid, started, undo: [act] })
    expect(await clean()).toEqual([])
    expect(existsSync(at)).toBe(true)
    expect(pages()).toEqual([name])
  })

  test('knows a number that was given to another process: that one is not touched, and not an open workbench', async () => {
    const { at, act } = left('theirs')
    const bench = { holder: process.pid, terminals: { host: process.pid } }
    page(`${process.pid}-1.json`, { format_version: 1, pid: process.pid, started: 1, undo: [act], bench })
    expect(openBenches()).toEqual([])
    await clean()
    expect(existsSync(at)).toBe(false)
    expect(pages()).toEqual([])
  })

  test('what is gone already is no error', async () => {
    const act: Act = { do: 'unlink', args: { at: join(dir, 'never/there') } }
    page(`${nobody}-1.json`, { format_version: 1, pid: nobody, started: 1, undo: [act, act] })
    expect((await clean()).at(-1)).toBe(`cleaned up after process ${nobody}`)
    expect(pages()).toEqual([])
  })

  test('one thing that cannot be undone does not keep it from the others, nor from starting', async () => {
    const [a, b] = [left('a'), left('b')]
    const cannot: Act = { do: 'write', args: { at: join(dir, 'no/such/directory'), text: '', create: 0o600 } }
    const unknown = { do: 'somethingLater', args: {} } as unknown as Act
    const undo = [a.act, cannot, unknown]
    page(`${nobody}-1.json`, { format_version: 1, pid: nobody, started: 1, undo })
    page(`${nobody + 1}-1.json`, { format_version: 1, pid: nobody + 1, started: 1, undo: [b.act] })
    const bench = await Workbench.enter()
    await bench.end()
    expect([existsSync(a.at), existsSync(b.at)]).toEqual([false, false])
    // That stays written down.
    expect(pages()).toEqual([`${nobody}-1.json`])
    expect(JSON.parse(readFileSync(join(stateDir('ledger'), pages()[0]!), 'utf8')).undo).toEqual([
      cannot,
      unknown,
    ])
    expect((await clean()).map((line) => line.split(':')[0])).toEqual([
      'could not undo somethingLater',
      'could not undo write',
    ])
  })
})

describe('pages that are not whole', () => {
  test('of a dead process: gone; of one that lives: left to it', async () => {
    page(`${nobody}-1.json.new`, '{"format_version": 1, "pi')
    page(`${process.pid}-${started}.json.new`, '{"format')
    await clean()
    expect(pages()).toEqual([`${process.pid}-${started}.json.new`])
  })

  test('what somebody was killed over while writing it was not done; what stands above it was', async () => {
    const [a, b] = [left('first'), left('second')]
    const head = JSON.stringify({ format_version: 1, pid: nobody, started: 1, undo: [a.act] })
    page(`${nobody}-1.json`, `${head}\n${JSON.stringify(b.act)}\n{"do": "unl`)
    await clean()
    expect([existsSync(a.at), existsSync(b.at)]).toEqual([false, false])
    expect(pages()).toEqual([])
  })

  test.each([
    ['', 'empty'],
    ['{"format_version": 1, "pi', 'torn'],
    ['null', 'null'],
    ['[]', 'a list'],
    ['{"format_version":1}', 'without its entries'],
  ])('%j (%s) hurts nobody', async (content) => {
    const { at, act } = left('other')
    page('1-1.json', content)
    page(`${nobody}-1.json`, { format_version: 1, pid: nobody, started: 1, undo: [act] })
    await clean()
    expect(existsSync(at)).toBe(false)
    expect(openBenches()).toEqual([])
  })

  test('of a later version are not touched', async () => {
    const { at, act } = left('later')
    const file = page(`${nobody}-1.json`, { format_version: 2, pid: nobody, started: 1, undo: [act] })
    await clean()
    expect([existsSync(at), existsSync(file)]).toEqual([true, true])
  })
})

test('two starts at once do not trip over each other', async () => {
  const { act } = left('a')
  for (let i = 0; i < 20; i++)
    page(`${nobody + i}-1.json`, { format_version: 1, pid: nobody + i, started: 1, undo: [act] })
  await Promise.all([clean(), clean(), clean()])
  expect(pages()).toEqual([])
})

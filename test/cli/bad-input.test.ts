import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cooper, state } from '../support/cooper.ts'
import { folder } from '../support/folder.ts'
import { project } from '../support/project.ts'

describe('a name like none', () => {
  test.each([
    [['lern'], "cooper: Unknown command 'lern'. Did you mean 'learn'?\n"],
    [['lern', '--help'], "cooper: Unknown command 'lern'. Did you mean 'learn'?\n"],
    [['learn', 'pdi'], "cooper: Unknown lesson 'pdi'. Did you mean 'pid'?\n"],
    [['check', 'process', 'pdi'], "cooper: Unknown lesson 'pdi'. Did you mean 'pid'?\n"],
    [['learn', 'process', '--from', 'mesure'], "cooper: Unknown step 'mesure'. Did you mean 'measure'?\n"],
    [['check', '--jsn'], "cooper: Unknown option '--jsn'. Did you mean '--json'?\n"],
    [['learn', 'pid', 'mnt'], 'cooper: Too many arguments. Usage: cooper learn [options] [lesson]\n'],
    [['learn', ''], /^cooper: Unknown lesson ''\. There is: process, pid/],
    [['learn', '../process'], /^cooper: Unknown lesson/],
    [['check'], /^cooper: Which lessons\? Name some \(process, pid/],
  ])('%j: exit 2', async (args, message) => {
    const told = await cooper(args)
    expect(told.status).toBe(2)
    expect(told.stdout).toBe('')
    if (typeof message === 'string') expect(told.stderr).toBe(message)
    else expect(told.stderr).toMatch(message)
  })
})

describe('a lesson that is not right', () => {
  const bad = (from: string, to: string) => project(['00-demo'], (text) => text.replace(from, () => to))

  test.each([
    ['minutes: 1', 'minutes: soon', /lesson\.md:4: .*\n {2}expected {2}/],
    ['step=rename on=box', 'step=number on=box', /lesson\.md:\d+: .*\n {2}expected {2}/],
    [
      '::: check renamed',
      '::: check ranamed',
      /lesson\.md:\d+: check "ranamed" has no check\n {2}expected {2}/,
    ],
  ])('%s → %s', async (from, to, message) => {
    const root = bad(from, to)
    const learned = await cooper(['learn', 'demo'], { root })
    expect(learned.status).toBe(1)
    expect(learned.stderr).toMatch(message)
    const checked = await cooper(['check', '--all'], { root })
    expect(checked.status).toBe(1)
    expect(checked.stdout).toMatch(message)
    const json = JSON.parse((await cooper(['check', '--all', '--json'], { root })).stdout)
    expect(json).toMatchObject({ passed: 0, failed: 1, lessons: [{ id: 'demo', status: 'failed' }] })
  })
})

describe('state that cannot be read', () => {
  test.each([
    '',
    '{',
    '[]',
    'null',
    '{"format_version":1,"lessons":null}',
    '{"format_version":1,"lessons":{"demo":5}}',
    '{"format_version":9,"lessons":{"demo":{"proved":["D1"],"tasks":[]}}}',
  ])('progress.json is %j: as if there was none', async (text) => {
    const root = project(['00-demo'])
    const home = state()
    mkdirSync(join(home, 'cooperage'))
    writeFileSync(join(home, 'cooperage/progress.json'), text)
    const told = await cooper(['list'], { root, env: { XDG_STATE_HOME: home } })
    expect(told).toMatchObject({ status: 0, stderr: '' })
    expect(told.stdout).toContain('A demonstration (1 min)')
    // What somebody else wrote is set aside before it is written over.
    await cooper(['learn', 'demo', '--restart'], { root, env: { XDG_STATE_HOME: home } })
    expect(readFileSync(join(home, 'cooperage/progress.json.unreadable'), 'utf8')).toBe(text)
  })

  test.each([
    '',
    '{',
    'null',
    '5',
    '{"format_version":1}',
    '{"format_version":1,"pid":1,"started":1,"undo":[{"do":"nothing"}]}',
    '{"format_version":9}',
  ])('a page of the ledger is %j: a lesson runs', async (text) => {
    const root = project(['00-demo'])
    const home = state()
    mkdirSync(join(home, 'cooperage/ledger'), { recursive: true })
    writeFileSync(join(home, 'cooperage/ledger/99-1.json'), text)
    const env = { XDG_STATE_HOME: home }
    expect(await cooper(['check', 'demo'], { root, env })).toMatchObject({ status: 0, stderr: '' })
    expect((await cooper(['shell'], { root, env })).status).toBe(1)
  })
})

describe('no place for state', () => {
  /** An unprivileged user's closed directory; to root nothing is closed, so root gets a file in the way. */
  function closed(): string {
    const dir = folder()
    onTestFinished(() => chmodSync(dir, 0o755))
    writeFileSync(join(dir, 'file'), '')
    chmodSync(dir, 0o555)
    return process.geteuid!() === 0 ? join(dir, 'file') : dir
  }

  test.each(['XDG_STATE_HOME', 'HOME'])('%s cannot be written: said once, and lessons run', async (name) => {
    const root = project(['00-demo'])
    const temporary = folder()
    const env = { XDG_STATE_HOME: undefined, [name]: closed(), TMPDIR: temporary }
    const told = await cooper(['check', 'demo'], { root, env })
    expect(told.status).toBe(0)
    expect(told.stderr).toMatch(/^cooper: .* cannot be written \(\w+\); progress is kept in .*\n$/)
    expect(told.stdout).toContain('6 passed, 0 failed')
    expect(readdirSync(temporary)).toEqual([`cooperage-${process.geteuid!()}`])
  })

  test('the temporary directory of somebody else is not used', async () => {
    if (process.geteuid!() !== 0) return
    const temporary = folder()
    writeFileSync(join(temporary, 'cooperage-0'), '')
    const told = await cooper(['list'], { env: { XDG_STATE_HOME: closed(), TMPDIR: temporary } })
    expect(told.status).toBe(1)
    expect(told.stderr).toContain('belongs to somebody else')
  })

  test('without HOME, and with a relative XDG_STATE_HOME, which is to be ignored', async () => {
    const cwd = state()
    const told = await cooper(['list'], { cwd, env: { XDG_STATE_HOME: 'here', HOME: cwd } })
    expect(told.status).toBe(0)
    expect(existsSync(join(cwd, 'here'))).toBe(false)
    expect(existsSync(join(cwd, '.local/state/cooperage'))).toBe(true)
    expect((await cooper(['list'], { cwd, env: { HOME: undefined } })).status).toBe(0)
  })
})

test('a reader that has seen enough is no error', async () => {
  const told = await cooper(['list'], { started: (child) => child.stdout!.destroy() })
  expect(told).toMatchObject({ stderr: '' })
})

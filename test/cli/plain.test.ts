import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/options.ts'
import { cooper } from '../support/cooper.ts'
import { project } from '../support/project.ts'

/** What a terminal would act on. */
const drawn = /[\x00-\x08\x0b-\x1f\x7f]/

describe('without a terminal', () => {
  test('cooper alone says what it is, lists the lessons and how to run one, and exits 0', async () => {
    const told = await cooper([])
    expect(told).toMatchObject({ status: 0, stderr: '' })
    expect(told.stdout).toMatch(/^Cooperage is a workshop/)
    expect(told.stdout).toMatch(/^ +00 process +A container is a process \(\d+ min\)$/m)
    expect(told.stdout).toMatch(/cooper\.cjs learn pid$/m)
    expect(told.stdout).not.toMatch(drawn)
    expect(await cooper([], { env: { npm_lifecycle_event: 'start' } })).toMatchObject({
      stdout: expect.stringMatching(/npm start --silent -- learn pid$/m),
    })
  })

  test('a lesson runs through, and asks nothing', async () => {
    const told = await cooper(['learn', 'demo'], { root: project(['00-demo']) })
    expect(told).toMatchObject({ status: 0, stderr: '' })
    expect(told.stdout).toMatch(/✓ D1 .*\n✓ D2 /)
    expect(told.stdout).not.toContain('Enter')
    expect(told.stdout).not.toMatch(drawn)
    // Prose is text, not Markdown.
    expect(told.stdout).toContain('the shell is called demo. What')
    expect(told.stdout).toContain('Start a ‘sleep 4711’ in the first terminal.')
    expect(told.stdout).not.toMatch(/`|\*|^#/m)
  })

  test('a lesson that fails ends there, with 1', async () => {
    const root = project(['00-demo'], (text) => text.replace('again <shell>', 'other <shell>'))
    const told = await cooper(['learn', '--yes', 'demo'], { root })
    expect(told.status).toBe(1)
    expect(told.stdout).toMatch(/✗ differs {2}`echo again \$\$` printed something else\n.*lesson\.md:\d+\n/)
    expect(told.stdout).toMatch(/so the lesson ends here\.\n$/)
    expect(told.stdout).not.toContain('page 2')
  })

  test.each(commands.map(({ name }) => name))('%s --help', async (name) => {
    const told = await cooper([name, '--help'])
    expect(told).toMatchObject({ status: 0, stderr: '' })
    expect(told.stdout).toMatch(/^\p{ASCII}+\n$/u)
  })

  test.each([['list'], ['list', '--json'], ['doctor'], ['doctor', '--json'], ['clean'], ['clean', '--json']])(
    '%s %s',
    async (...args) => {
      const told = await cooper(args)
      expect(told).toMatchObject({ status: 0, stderr: '' })
      expect(told.stdout).not.toMatch(drawn)
      if (args.includes('--json')) JSON.parse(told.stdout)
    },
  )

  test('LANG=C: ASCII alone', async () => {
    const root = project(['00-demo'])
    for (const args of [
      [],
      ['list'],
      ['doctor'],
      ['learn', 'demo'],
      ['check', 'demo'],
      ['run', '--trace', '--', 'true'],
    ]) {
      const { stdout, stderr } = await cooper(args, { root, env: { LANG: 'C' } })
      expect(stdout + stderr, args.join(' ')).toMatch(/^\p{ASCII}+$/u)
    }
  })
})

describe('elsewhere', () => {
  const on = (platform: string) =>
    `data:text/javascript,Object.defineProperty(process,'platform',{value:'${platform}'})`

  test.each([
    ['darwin', /macOS[\s\S]*limactl[\s\S]*OrbStack/],
    ['win32', /Windows[\s\S]*WSL 2/],
  ])('%s: what needs Linux says so, with ways to get one; nothing crashes', async (platform, ways) => {
    for (const args of [
      [],
      ['learn'],
      ['learn', 'pid'],
      ['check', '--all'],
      ['shell'],
      ['run', '--', 'true'],
      ['clean'],
    ]) {
      const told = await cooper(args, { before: on(platform) })
      expect(told.status, args.join(' ')).toBe(args[0] === 'run' ? 125 : args.length === 0 ? 0 : 1)
      expect(told.stdout + told.stderr).toMatch(ways)
    }
    expect(await cooper(['list'], { before: on(platform) })).toMatchObject({ status: 0, stderr: '' })
    expect(await cooper(['--help'], { before: on(platform) })).toMatchObject({ status: 0, stderr: '' })
    const doctor = await cooper(['doctor'], { before: on(platform) })
    expect(doctor.status).toBe(1)
    expect(doctor.stdout).toMatch(ways)
  })
})

describe('where user namespaces are not allowed', () => {
  // A limit of 0 in a namespace of our own: the machine's is left alone. See namespaces(7), /proc/sys/user.
  const inside = (line: string) =>
    execFileSync('unshare', ['-Ur', 'sh', '-c', `echo 0 > /proc/sys/user/max_user_namespaces; ${line}`], {
      encoding: 'utf8',
      env: { ...process.env, LANG: 'C.UTF-8' },
    })

  test('lessons are skipped with the reason, and doctor has the remedy', () => {
    expect(inside('node dist/cooper.cjs check process')).toMatch(/^– process +skipped[\s\S]*user namespaces/)
    expect(inside('node dist/cooper.cjs doctor || true')).toMatch(/missing +user-namespaces[\s\S]*try/)
  })
})

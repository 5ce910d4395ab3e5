import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, closeSync, mkdtempSync, openSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { describe, expect, onTestFinished, test } from 'vitest'
import { pieces } from '../../src/container/index.ts'
import { cooper, program, state } from '../support/cooper.ts'
import { noTmux, Window } from '../support/tmux.ts'

const run = (...args: string[]) => cooper(['run', ...args])

function script(text: string, mode = 0o755): string {
  const dir = mkdtempSync(join(tmpdir(), 'cooper-run-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  chmodSync(dir, 0o755)
  const file = join(dir, 'program')
  writeFileSync(file, text, { mode })
  return file
}

describe('cooper run', () => {
  test('process 1, as root and not', async () => {
    const told = await run('--only', 'pid,user', '--', 'sh', '-c', 'echo $$')
    expect(told).toMatchObject({ status: 0, stdout: '1\n', stderr: '' })
  })

  test('standard input goes to the command with -i, as docker has it, and not without', async () => {
    const args = ['--only', 'pid,user', '--', 'cat']
    expect(await cooper(['run', '-i', ...args], { input: 'hi\n' })).toMatchObject({
      status: 0,
      stdout: 'hi\n',
    })
    expect(await cooper(['run', ...args], { input: 'hi\n' })).toMatchObject({ status: 0, stdout: '' })
  })

  test.each([
    ['exit 0', 0],
    ['exit 2', 2],
    ['exit 42', 42],
    ['exit 125', 125],
    ['kill -TERM $$; sleep 5', 128 + 15],
    ['kill -KILL $$', 128 + 9],
  ])('%s', async (line, status) => {
    // Without a PID namespace: process 1 would not hear itself.
    const told = await run('--only', 'uts,user', '--', 'sh', '-c', line)
    expect(told).toMatchObject({ status, stderr: '' })
  })

  test.each([
    ['nosuchprogram', 127, 'ENOENT', 'no directory on PATH holds a program nosuchprogram'],
    ['/no/such/file', 127, 'ENOENT', 'the file /no/such/file is not there'],
    [fileURLToPath(import.meta.url), 126, 'EACCES', 'the permission is missing: /'],
    ['/etc', 126, 'EACCES', '/etc is a directory'],
  ])('%s: %i', async (program, status, code, because) => {
    const told = await run('--only', 'uts,user', '--', program)
    expect(told.status).toBe(status)
    expect(told.stderr).toMatch(new RegExp(`^run: execve\\("[^"]+"\\) failed: ${code}, `))
    expect(told.stderr).toContain(`\n  because   ${because}`)
    expect(told.stdout).toBe('')
  })

  test('an interpreter that is missing is said', async () => {
    const told = await run('--only', 'uts,user', '--', script('#!/no/such/interpreter\n'))
    expect(told.status).toBe(126)
    expect(told.stderr).toContain('is there, but its interpreter /no/such/interpreter is missing')
  })

  test.each([
    [['--onyl', 'pid', 'true'], "Unknown option '--onyl'. Did you mean '--only'?"],
    [['--only', 'pdi', 'true'], "Unknown piece 'pdi'. Did you mean 'pid'?"],
    [['--without', 'nte', 'true'], "Unknown piece 'nte'. Did you mean 'net'?"],
    [['--only', '', 'true'], "'--only' names no piece. There is: "],
    [['--only', ' ,', 'true'], "'--only' names no piece. There is: "],
    [[], 'What is missing: command.'],
    [['--upper', '', 'true'], "'--upper' is empty. Often that is a variable that is not set."],
    [['--lower=', 'true'], "'--lower' is empty. Often that is a variable that is not set."],
    [['--', ''], 'The command is empty. Often that is a variable that is not set.'],
    [['--explain', '--dry-run', 'true'], "'--explain' and '--dry-run' both run nothing"],
    [['--device', '/dev/null:/proc/x', 'true'], "the container's /proc is the kernel's"],
    [['--json', 'true'], "'--json' says how '--explain' or '--trace' write"],
    [['--only', 'pid,user', '--hostname', 'x', 'true'], '--hostname without the piece uts'],
    [['--hostname', 'x'.repeat(65), 'true'], 'a host name has 1 to 64 bytes'],
  ])('%j is 125', async (args, message) => {
    const told = await run(...args)
    expect(told.status).toBe(125)
    expect(told.stderr).toContain(message)
    expect(told.stdout).toBe('')
  })
})

test('none of the pieces, when one says so: and it says what that is', async () => {
  const none = pieces.map(({ name }) => name).join(',')
  expect(await run('--without', none, '--', 'readlink', '/proc/self/ns/uts')).toMatchObject({
    status: 0,
    stdout: `${readlinkSync('/proc/self/ns/uts')}\n`,
    stderr: 'cooper: no piece is left: this runs on the machine itself\n',
  })
})

// Node raises its own limit, and what it makes would inherit that.
test.each([
  ['of the shell that called it', 'ulimit -S -n 300; "$@"; true', '300'],
  ['of cooper alone, soft and hard', 'ulimit -n 256; exec "$@"', '256'],
])('as many open files as are the limit %s', async (_, line, soft) => {
  const inside = ['sh', '-c', 'ulimit -S -n; ulimit -H -n']
  const limited = [
    'sh',
    '-c',
    line,
    'sh',
    process.execPath,
    program,
    'run',
    '--only',
    'uts,user',
    '--',
    ...inside,
  ]
  const { stdout } = await promisify(execFile)(limited[0]!, limited.slice(1))
  const hard = soft === '256' ? soft : execFileSync('sh', ['-c', 'ulimit -H -n'], { encoding: 'utf8' }).trim()
  expect(stdout).toBe(`${soft}\n${hard}\n`)
})

// As a window that was closed, or `| head -1`: docker's container goes on there, for its daemon reads; here nobody does.
describe('-t, and nobody reads any more what it prints', () => {
  const only = ['--only', 'pid,mnt,user']
  const gone = (...argv: string[]) =>
    cooper(['run', '-t', ...only, ...argv], { started: ({ stdout }) => void stdout!.destroy() })

  test.each([
    ['EIO ends who writes: it ends as it will', 1, ['yes']],
    ['SIGHUP for who hears it', 9, ['sh', '-c', 'trap "exit 9" HUP; while :; do echo; sleep 0.1; done']],
    ['which an init passes on', 128 + 1, ['--init', '--', 'sh', '-c', 'echo; sleep 100; exit 5']],
    ['nothing for who needs no terminal', 7, ['bash', '-c', 'echo; sleep 0.3; exit 7']],
  ])('%s: %i', async (_, status, argv) => {
    expect(await gone(...argv)).toMatchObject({ status, stderr: '' })
  })

  test('a disk that is full is said', async () => {
    const full = openSync('/dev/full', 'w')
    onTestFinished(() => closeSync(full))
    const child = spawn(process.execPath, [program, 'run', '-t', ...only, '--', 'sh', '-c', 'echo; exit 3'], {
      stdio: ['ignore', full, 'pipe'],
      env: { ...process.env, XDG_STATE_HOME: state() },
    })
    let stderr = ''
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const [status] = await once(child, 'close')
    expect([status, stderr]).toEqual([
      3,
      'cooper: the output is lost: ENOSPC: no space left on device, write\n',
    ])
  })
})

const said = v.object({
  stage: v.string(),
  side: v.picklist(['machine', 'child']),
  piece: v.optional(v.string()),
  lesson: v.optional(v.string()),
  call: v.string(),
  shell: v.string(),
  why: v.string(),
})

describe('what it does, call by call', () => {
  test('--explain says it and runs nothing', async () => {
    const told = await run('--only', 'pid,uts,user', '--explain', '--', 'sh', '-c', 'echo ran')
    expect(told).toMatchObject({ status: 0, stderr: '' })
    expect(told.stdout).toMatch(/^To run sh -c echo ran:$/m)
    expect(told.stdout).toMatch(/clone\(CLONE_NEWUSER \| CLONE_NEWPID|clone\(CLONE_NEWPID \| .*CLONE_NEWUSER/)
    expect(told.stdout).toMatch(/^ {2}sethostname\(/m)
    expect(told.stdout).not.toMatch(/^ran$/m)
  })

  test('--explain --json', async () => {
    const told = await run('--only', 'pid,uts,user', '--explain', '--json', '--', 'true')
    const explained = v.parse(
      v.object({ argv: v.array(v.string()), calls: v.array(said) }),
      JSON.parse(told.stdout),
    )
    expect(explained.argv).toEqual(['true'])
    expect(explained.calls.map(({ call }) => call)).toContainEqual(expect.stringMatching(/^sethostname\(/))
  })

  test('--trace says each call on standard error, and runs it', async () => {
    const told = await run('--only', 'pid,uts,user', '--hostname', 'box', '--trace', '--', 'uname', '-n')
    expect(told).toMatchObject({ status: 0, stdout: 'box\n' })
    expect(told.stderr).toMatch(/^born +clone\(.* µs$/m)
    expect(told.stderr).toMatch(/^settle +sethostname\("box", 3\) +\d+ µs$/m)
  })

  test('--trace --json is one line on standard error', async () => {
    const told = await run(
      '--only',
      'uts,user',
      '--trace',
      '--json',
      '--',
      'sh',
      '-c',
      'echo hi; echo ho >&2',
    )
    expect(told.stdout).toBe('hi\n')
    const lines = told.stderr.split('\n').filter((line) => line.startsWith('{'))
    expect(lines).toHaveLength(1)
    const call = v.object({ ...said.entries, errno: v.literal(0), nanoseconds: v.number() })
    v.parse(v.object({ trace: v.array(call) }), JSON.parse(lines[0]!))
  })

  test('--trace --json of what failed is an error as data', async () => {
    const told = await run('--only', 'uts,user', '--trace', '--json', '--', '/no/such/file')
    expect(told.status).toBe(127)
    expect(JSON.parse(told.stderr)).toMatchObject({
      error: { piece: 'run', call: 'execve("/no/such/file")', errno: 2, code: 'ENOENT' },
    })
  })
})

describe('signals', () => {
  async function signalled(signal: NodeJS.Signals, args: string[], times = 1) {
    return cooper(['run', ...args], {
      started: (child) =>
        child.stdout!.once('data', async () => {
          for (let count = 0; count < times; count++) {
            child.kill(signal)
            await new Promise((resolve) => setTimeout(resolve, 100))
          }
        }),
    })
  }

  test('reach a program with a handler', async () => {
    const line = 'trap "echo heard; exit 7" TERM INT; echo ready; while :; do sleep 0.05; done'
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      expect(await signalled(signal, ['--only', 'pid,user', '--', 'sh', '-c', line])).toMatchObject({
        status: 7,
        stdout: 'ready\nheard\n',
        stderr: '',
      })
  })

  test('through an init, once each', async () => {
    const line = 'trap "echo heard" USR1; trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done'
    const args = ['--only', 'pid,user', '--init', '--', 'sh', '-c', line]
    expect(await signalled('SIGTERM', args)).toMatchObject({ status: 7, stdout: 'ready\n', stderr: '' })
    const sleeping = ['--only', 'pid,user', '--init', '--', 'sh', '-c', 'echo ready; exec sleep 1000']
    expect(await signalled('SIGTERM', sleeping)).toMatchObject({ status: 143, stderr: '' })
  })

  test('an ordinary process is ended by them', async () => {
    const args = ['--only', 'uts,user', '--', 'sh', '-c', 'echo ready; exec sleep 1000']
    expect(await signalled('SIGTERM', args)).toMatchObject({ status: 143 })
  })

  test('a process 1 without a handler would not be: it is killed, and the reason said', async () => {
    // A program without handlers that prints something and stays; a shell would hear.
    const args = ['--only', 'pid,user', '--', 'tail', '-n', '1', '-f', '/etc/passwd']
    const told = await signalled('SIGTERM', args)
    expect(told.status).toBe(137)
    expect(told.stderr).toContain('process 1 has no handler for SIGTERM')
    const pressed = await signalled('SIGINT', args, 2)
    expect(pressed.status).toBe(137)
    expect(pressed.stderr).toContain('once more kills it')
  })

  const reason = noTmux()
  test.skipIf(reason)('Ctrl-C belongs to an interactive program, however often', async () => {
    const window = await Window.open()
    window.type(`node dist/cooper.cjs run -i --only pid,user -- env PS1='inner> ' bash --norc`)
    await window.sees(/^inner>$/m)
    for (const line of ['sleep 1001', 'sleep 1002', 'sleep 1003', 'sleep 1004']) {
      window.type(line)
      await window.sees(line)
      window.press('C-c')
      await window.sees(/\^C\s*inner>\s*$(?![\s\S]*\S)/m)
    }
    window.type('echo I am $$; exit 5')
    await window.sees('I am 1')
    expect(await window.status()).toBe(5)
  })
})

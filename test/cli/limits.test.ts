import { spawn } from 'node:child_process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { placesFor } from '../../src/container/cgroup/index.ts'
import { cooper, program, state } from '../support/cooper.ts'

const found = placesFor('probe').groups.flatMap(({ controllers }) => controllers)
const able = ['memory', 'pids', 'cpu'].every((name) => found.includes(name))

/** tail(1) keeps the last line in memory, and here all is one line. */
const eats = (amount: string) =>
  cooper([
    'run',
    '--memory',
    '64m',
    '--',
    'sh',
    '-c',
    `head -c ${amount} /dev/zero | tail >/dev/null; exit $?`,
  ])

describe.skipIf(!able)('limits (needs control groups that we may make)', () => {
  test('too much memory: 137, and which limit it was', async () => {
    const { status, stderr } = await eats('200m')
    expect(stderr).toContain(
      'cooper: the memory limit of 64 MiB (--memory) killed a process; at most 64 MiB were in use',
    )
    expect(status).toBe(137)
    const alone = await cooper(['run', '--memory', '64m', '--', 'tail', '/dev/zero'])
    expect(alone).toMatchObject({
      status: 137,
      stderr: expect.stringContaining('(--memory) killed a process'),
    })
  })

  test('enough memory: nothing is said', async () => {
    const { status, stderr } = await eats('20m')
    expect(stderr.replace(/^cooper: not root.*\n/, '')).toBe('')
    expect(status).toBe(0)
  })

  test('a fork bomb stops at the limit, and the machine does not notice', async () => {
    const bomb = 'bomb() { bomb | bomb & }; bomb 2>/dev/null; sleep 2'
    const began = performance.now()
    const { stderr } = await cooper(['run', '--pids-limit', '20', '--', 'bash', '-c', bomb])
    expect(stderr).toMatch(/the limit of 20 processes \(--pids-limit\) refused (a fork|\d+ forks)/)
    expect(performance.now() - began).toBeLessThan(20_000)
  })

  test('half a processor is half a processor', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills it in
    const now = '${EPOCHREALTIME/./}'
    const spin = `a=${now}; while ((${now} - a < 5000000)); do :; done; echo $((${now} - a)); times`
    const { stdout } = await cooper(['run', '--cpus', '0.5', '--', 'bash', '-c', spin])
    const [, microseconds, minutes, seconds] = /^(\d+)\n(\d+)m([\d.]+)s/.exec(stdout)!
    const share = (Number(minutes) * 60 + Number(seconds)) / (Number(microseconds) / 1e6)
    expect(share).toBeGreaterThan(0.45)
    expect(share).toBeLessThan(0.55)
  })

  test('stats: a line for each process, with what it uses and what it may', async () => {
    const spinner = spawn(
      process.execPath,
      [
        program,
        'run',
        '--memory',
        '200m',
        '--pids-limit',
        '30',
        '--cpus',
        '0.5',
        '--',
        'bash',
        '-c',
        'echo $$; while :; do :; done',
      ],
      { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, XDG_STATE_HOME: state() } },
    )
    onTestFinished(() => void spinner.kill('SIGTERM'))
    await new Promise((ready) => spinner.stdout.once('data', ready))
    const inside = await childOf(spinner.pid!)
    const { stdout, status } = await cooper([
      'stats',
      String(inside),
      String(process.pid),
      '--no-stream',
      '--json',
    ])
    expect(status).toBe(0)
    const [first, second] = JSON.parse(stdout)
    expect(first).toMatchObject({
      pid: inside,
      name: 'bash',
      memory: { limit: 200 * 1024 ** 2 },
      pids: { current: 1, limit: 30 },
      network: { received: 0, sent: 0 },
    })
    expect(first.memory.used).toBeGreaterThan(100_000)
    expect(first.memory.used).toBeLessThan(50_000_000)
    expect(first.cpu).toBeGreaterThan(35)
    expect(first.cpu).toBeLessThan(65)
    expect(second.pid).toBe(process.pid)
    const drawn = await cooper(['stats', String(inside)])
    expect(drawn.stdout).toMatch(
      /^ *PID {2}NAME +CPU % +MEMORY \/ LIMIT .*\n *\d+ {2}bash .*\/ 200M .* 1 \/ 30\n$/,
    )
  })
})

/** The program of a `run`, by its number on the machine. */
async function childOf(pid: number): Promise<number> {
  const { children, machine, processes } = await import('../../src/facts/index.ts')
  return children(processes(machine), pid)[0]!.pid
}

test.each([
  ['x', 2, /'x' is no process number/],
  ['4999999', 1, /no process has the number 4999999/],
])('stats %s', async (pid, status, says) => {
  expect(await cooper(['stats', pid])).toMatchObject({ status, stderr: expect.stringMatching(says) })
})

test.each([
  [['--cpus', '0'], /the range is 0\.01 to \d+/],
  [['--cpus', '1000'], /the range is 0\.01 to \d+/],
  [['--memory', '1'], /docker’s least is 6m/],
  [['--cpuset-cpus', '4095'], /processor 4095 is not there/],
])('refused: %j', async (flags, says) => {
  expect(await cooper(['run', ...flags, '--', 'true'])).toMatchObject({
    status: 125,
    stdout: '',
    stderr: expect.stringMatching(says),
  })
})

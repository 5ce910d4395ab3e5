import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { placesFor } from '../../src/container/index.ts'
import { ended, type LittleMachine, littleMachine } from '../support/little-machine.ts'
import { which } from '../support/which.ts'

const tools = ['ip', 'nft', 'ss', 'nsenter'].filter((tool) => !which(tool))
// A hundred leave nothing either, but take their time.
const inARow = 40
// As long as it is nobody's own word, it finds all that belongs to this test, and nothing else.
const mark = `cooper-many-${process.pid}`

/** The processes on the network of a machine, and those that were told the mark. */
function processes(machine: LittleMachine): string[] {
  const network = machine.sh('readlink /proc/self/ns/net')
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const about = (name: string, read: (path: string) => string) => {
        try {
          return read(join('/proc', pid, name))
        } catch {
          // It is gone, or somebody else's.
          return ''
        }
      }
      const text = (path: string) => readFileSync(path, 'utf8')
      const command = about('cmdline', text)
      const ours =
        about('ns/net', readlinkSync) === network || `${command}${about('environ', text)}`.includes(mark)
      return ours ? [`${pid} ${command.replaceAll('\0', ' ')}`] : []
    })
}

/** The control groups that containers with these names have, or would have. */
const groups = (ids: string[]) =>
  ids.flatMap((id) => placesFor(id).groups.flatMap(({ at }) => (existsSync(at) ? [at] : [])))

/** Runs a container that tells its name, and looks whether it has what it should: a cable, layers and groups. */
async function one(machine: LittleMachine): Promise<string> {
  const told = await machine.run(
    ...['--network', 'bridge', '--env', `MARK=${mark}`, '--'],
    ...['sh', '-c', 'hostname; ip -o -4 addr show dev eth0 | wc -l; findmnt -no FSTYPE /'],
  )
  expect(told).toMatchObject({ status: 0, stderr: '' })
  const [id = '', cables, root] = told.stdout.split('\n')
  expect(id).toMatch(/^[0-9a-f]{12}$/)
  expect({ cables, root }).toEqual({ cables: '1', root: process.getuid!() === 0 ? 'overlay' : root })
  return id
}

test.skipIf(tools.length > 0)(
  `many containers in a row and many at once leave the machine as it was${tools.length ? ` (missing: ${tools})` : ''}`,
  async () => {
    const machine = await littleMachine()
    const now = () => ({
      mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
      network: machine.left(),
      rules: machine.sh('nft list ruleset'),
      processes: processes(machine),
    })
    // The first may build the base, and makes the groups that all share.
    await one(machine)
    const before = now()

    // What is there is found, or nothing would be proved by finding nothing.
    const running = await machine.start(
      ...[
        '--network',
        'bridge',
        '--init',
        '--env',
        `MARK=${mark}`,
        '--',
        'sh',
        '-c',
        'echo ready; exec sleep 60',
      ],
    )
    const during = now()
    for (const [what, was] of Object.entries(before))
      if (what !== 'mounts') expect(during[what as keyof typeof during], what).not.toEqual(was)
    const [, id = ''] = /table ip cooper_(\w+)/.exec(during.rules)!
    if (process.getuid!() === 0) expect(groups([id])).not.toEqual([])
    running.kill('SIGTERM')
    await ended(running)
    expect(now()).toEqual(before)

    const ids = [id]
    for (let nth = 0; nth < inARow; nth++) ids.push(await one(machine))
    expect(now()).toEqual(before)
    expect(groups(ids)).toEqual([])

    const atOnce = await Promise.all(Array.from({ length: 20 }, () => one(machine)))
    expect(new Set([...ids, ...atOnce]).size).toBe(1 + inARow + 20)
    expect(now()).toEqual(before)
    expect(groups(atOnce)).toEqual([])
  },
  120_000,
)

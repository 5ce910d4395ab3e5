import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cooper, state } from '../support/cooper.ts'

/** A number that no process has: above the kernel's largest (proc_sys_kernel(5), pid_max). */
const nobody = 4194304 + 1

/** The state of somebody who was killed, and the file that they left. */
function killed(): { home: string; ledger: string; at: string } {
  const home = state()
  const ledger = join(home, 'cooperage', 'ledger')
  mkdirSync(ledger, { recursive: true })
  const at = join(home, 'left')
  writeFileSync(at, '')
  const page = { format_version: 1, pid: nobody, started: 1, undo: [{ do: 'unlink', args: { at } }] }
  writeFileSync(join(ledger, `${nobody}-1.json`), `${JSON.stringify(page)}\n`)
  return { home, ledger, at }
}

describe('what a killed cooper left', () => {
  test.each([[[]], [['list']], [['clean']], [['run', '--only', 'pid,user', '--', 'true']]])(
    'is taken back by the next start: cooper %j',
    async (args) => {
      const { home, ledger, at } = killed()
      expect((await cooper(args, { env: { XDG_STATE_HOME: home } })).status).toBe(0)
      expect(existsSync(at)).toBe(false)
      expect(readdirSync(ledger)).toEqual([])
    },
  )

  test('clean says what it did, as one would type it', async () => {
    const { home, at } = killed()
    const { stdout } = await cooper(['clean'], { env: { XDG_STATE_HOME: home } })
    expect(stdout).toBe(`rm -f ${at}\ncleaned up after process ${nobody}\n`)
    expect((await cooper(['clean'], { env: { XDG_STATE_HOME: home } })).stdout).toBe(
      'Nothing was left behind.\n',
    )
  })
})

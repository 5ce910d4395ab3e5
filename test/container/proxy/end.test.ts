import { spawn as spawnProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { holdPort } from '../../../src/container/net/hold.ts'
import { portWish } from '../../../src/container/net/ports.ts'
import { projectFile } from '../../../src/kernel/index.ts'
import { startProxy } from '../../../src/kernel/proxy.ts'
import { alive, within } from '../../support/child.ts'
import { ask, held, here, mirror, served } from './relayed.ts'

describe('the end', () => {
  test('stopped and let go, nothing of it is left', async () => {
    const port = holdPort(portWish(`${here}::${await served(mirror)}`)[0]!)
    const { pid, exit, stop } = await startProxy([port], here)
    expect(`${await ask(port.port, 'there?')}`).toBe('?ereht')
    stop()
    expect(await exit).toEqual({ code: 0, signal: 9 })
    expect(alive(pid)).toBe(false)
    closeSync(port.fd)
    await expect(ask(port.port, 'there?')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    held(`${here}:${port.port}:80`)
  })

  test('it hears no Ctrl-C, and dies with whoever started it', async () => {
    const root = projectFile()
    const code = `
      import { holdPort } from '${root}/src/container/net/hold.ts'
      import { startProxy } from '${root}/src/kernel/proxy.ts'
      const port = holdPort({ protocol: 'tcp', address: '${here}', containerPort: 80 })
      const { pid } = await startProxy([port], '${here}')
      console.log(pid, port.port)
      setInterval(() => {}, 1000)`
    const parent = spawnProcess(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', code],
      {
        env: { ...process.env, TSX_DISABLE_CACHE: '1' },
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
        cwd: root,
      },
    )
    onTestFinished(() => void parent.kill('SIGKILL'))
    const [line] = await once(parent.stdout, 'data')
    const [pid, port] = `${line}`.split(' ').map(Number)
    const group = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[2]
    expect(group(pid!)).toBe(`${pid}`)
    expect(alive(pid!)).toBe(true)
    const ended = once(parent, 'exit')
    parent.kill('SIGKILL')
    expect(await within(2000, () => !alive(pid!))).toBe(true)
    await ended
    held(`${here}:${port}:80`)
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ended, littleMachine, machineAddress, neighbourAddress } from '../support/little-machine.ts'
import { which } from '../support/which.ts'

const tools = ['ip', 'nft', 'ss', 'nsenter', 'ping'].filter((tool) => !which(tool))
// With an init: as process 1, Node would not hear a SIGTERM.
const bridge = ['--init', '--only', 'pid,net', '--network', 'bridge']
const address = ['ip', '-o', '-4', 'addr', 'show', 'dev', 'eth0']

/** A web server of one answer on a port of the container, which says when it listens. */
const server = (port: number, says = 'hello') => [
  process.execPath,
  '-e',
  `require('node:http').createServer((_, answer) => answer.end('${says}')).listen(${port}, () => console.log('ready'))`,
]
/** Asks many times, and prints how often the answer was right. */
const ask = (url: string, times = 1) =>
  `${process.execPath} -e "(async () => { let right = 0; for (let i = 0; i < ${times}; i++)
    right += (await (await fetch('${url}', { headers: { connection: 'close' }, signal: AbortSignal.timeout(2000) })).text()) === 'hello'
    console.log(right) })().catch((error) => console.log(error.cause?.code ?? error.name))"`

describe.skipIf(tools.length > 0)(`a bridge${tools.length ? ` (missing: ${tools})` : ''}`, () => {
  test('gives an address, two at once have two, and they reach each other', async () => {
    const machine = await littleMachine()
    const before = machine.left()
    expect((await machine.run(...bridge, '--', ...address)).stdout).toMatch(/inet 10\.213\.\d+\.2\/24/)
    const first = await machine.start(
      ...bridge,
      '--',
      'sh',
      '-c',
      `${address.join(' ')}; echo ready; exec sleep 60`,
    )
    const [, subnet] = /inet (\d+\.\d+\.\d+)/.exec(machine.sh('ip -o -4 addr show dev cooper0'))!
    const second = await machine.run(
      ...bridge,
      '--',
      'sh',
      '-c',
      `${address.join(' ')}; ping -c 1 -W 2 ${subnet}.2; ping -c 1 -W 2 ${neighbourAddress}`,
    )
    expect(second).toMatchObject({ status: 0, stderr: '' })
    expect(second.stdout).toContain(`inet ${subnet}.3/24`)
    expect(second.stdout.match(/1 received/g)).toHaveLength(2)
    first.kill('SIGKILL')
    await ended(first)
    // What a killed one leaves, the next finishes.
    expect((await machine.run(...bridge, '--', ...address)).status).toBe(0)
    expect(machine.left()).toBe(before)
  })

  test('killed at any moment of its end: the next start leaves the machine as it was', async () => {
    const machine = await littleMachine()
    const before = machine.left()
    for (let wait = 0; wait < 60; wait += 3) {
      const one = await machine.start(...bridge, '--', 'echo', 'ready')
      await new Promise((done) => setTimeout(done, wait))
      one.kill('SIGKILL')
      await ended(one)
      machine.clean()
      expect(machine.left(), `killed ${wait} ms after its program ran`).toBe(before)
    }
  })

  test('many at once: each has an address of its own, and nothing is left', async () => {
    const machine = await littleMachine()
    const before = machine.left()
    const all = await Promise.all(Array.from({ length: 8 }, () => machine.run(...bridge, '--', ...address)))
    expect(all.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
      all.map(() => ({ status: 0, stderr: '' })),
    )
    expect(machine.left()).toBe(before)
  })

  test('from outside nobody comes in without -p, not even who knows the way', async () => {
    const machine = await littleMachine()
    const inside = await machine.start(...bridge, '--', ...server(8080))
    const [, at] = /via|inet (\d+\.\d+\.\d+)/.exec(machine.sh('ip -o -4 addr show dev cooper0'))!
    machine.neighbour(`ip route add ${at}.0/24 via ${machineAddress}`)
    expect(machine.sh(ask(`http://${at}.2:8080/`))).toBe('1')
    expect(machine.neighbour(ask(`http://${at}.2:8080/`))).toBe('TimeoutError')
    inside.kill('SIGTERM')
    await ended(inside)
  })

  test('a published port answers the machine, 500 of 500, and the neighbour; then nothing is left', async () => {
    const machine = await littleMachine()
    const before = machine.left()
    const publish = ['-p', '127.0.0.1:18080:8080', '-p', '18081:8080']
    const inside = await machine.start(...bridge, ...publish, '--', ...server(8080))
    expect(machine.sh(ask('http://127.0.0.1:18080/', 500))).toBe('500')
    expect(machine.sh(ask('http://127.0.0.1:18081/'))).toBe('1')
    expect(machine.sh(ask('http://[::1]:18081/'))).toBe('1')
    expect(machine.sh(ask(`http://${machineAddress}:18081/`))).toBe('1')
    expect(machine.neighbour(ask(`http://${machineAddress}:18081/`, 50))).toBe('50')
    expect(machine.neighbour(ask(`http://${machineAddress}:18080/`))).toBe('ECONNREFUSED')
    const taken = await machine.run(...bridge, '-p', '18081:80', '--', 'true')
    expect(taken.status).toBe(125)
    expect(taken.stderr).toContain('EADDRINUSE')
    inside.kill('SIGTERM')
    await ended(inside)
    expect(machine.left()).toBe(before)
  })

  test.each([
    [
      'by its policy',
      "'table ip filter { chain FORWARD { type filter hook forward priority 0; policy drop; }; }'",
    ],
    [
      'by a rule',
      "'table ip filter { chain FORWARD { type filter hook forward priority 0; counter drop; }; }'",
    ],
  ])('a chain that drops what is forwarded, %s, is named, and what lets it through', async (_, rules) => {
    const machine = await littleMachine()
    machine.sh(`nft ${rules}`)
    const told = await machine.run(...bridge, '--', 'ping', '-c', '1', '-W', '1', neighbourAddress)
    expect(told.status).toBe(1)
    expect(told.stderr).toContain('the chain FORWARD of the table ip filter drops what is forwarded')
    const [, remedy = ''] = /if it does not: (.*)/.exec(told.stderr) ?? []
    machine.sh(remedy)
    expect((await machine.run(...bridge, '--', 'ping', '-c', '1', '-W', '1', neighbourAddress)).status).toBe(
      0,
    )
  })

  test('its script makes the same network, and takes it away again', async () => {
    const machine = await littleMachine()
    const before = machine.left()
    const facts = [
      'sh',
      '-c',
      'ip -o addr | tr -s " "; ip route; ip -o link | sed "s/.*<//"; nft -s list ruleset | tr -d "\\n\\t"',
    ]
    const told = await machine.run('--only', 'net', '--network', 'bridge', '--', ...facts)
    const script = await machine.run('--only', 'net', '--network', 'bridge', '--dry-run', '--', ...facts)
    const file = join(mkdtempSync(join(tmpdir(), 'cooper-script-')), 'script.sh')
    onTestFinished(() => rmSync(dirname(file), { recursive: true }))
    writeFileSync(file, script.stdout)
    expect(told).toMatchObject({ status: 0, stderr: '' })
    expect(told.stdout).toContain('default via 10.213.')
    // Names of neighbours differ; so does whether IPv6 has looked for its double already.
    const steady = (text: string) => text.replaceAll(/ tentative| valid_lft.*|link-netnsid \d+/g, '').trim()
    expect(steady(machine.sh(`sh ${file}`))).toBe(steady(told.stdout))
    expect(machine.left()).toBe(before)
  })

  test('container:PID shares the network of another', async () => {
    const machine = await littleMachine()
    const first = await machine.start(...bridge, '--', 'sh', '-c', 'echo ready; exec sleep 60')
    const pid = machine.sh(`pgrep -P ${first.pid} | head -1`)
    const second = await machine.run('--only', 'uts,net', '--network', `container:${pid}`, '--', ...address)
    expect(second.stdout).toMatch(/inet 10\.213\./)
    first.kill('SIGKILL')
  })
})

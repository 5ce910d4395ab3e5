import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { projectFile } from '../../../src/kernel/index.ts'

describe('links', () => {
  /** Runs in a network of its own, which is "the machine" then; `$P` is a process in another, joined by a cable. */
  function cabled(script: string): string[] {
    const line = `
      unshare -n sleep 1000 & P=$!
      while [ "$(readlink /proc/$P/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
      ip link add switch type bridge && ip address add 10.9.0.1/24 dev switch && ip link set switch up
      ip link add cable type veth peer name eth0 netns $P && ip link set cable master switch up
      nsenter -t $P -n ip address add 10.9.0.2/24 dev eth0
      nsenter -t $P -n ip link set eth0 up
      cooper() { node ${JSON.stringify(projectFile('dist/cooper.cjs'))} "$@"; }
      ${script}
      kill $P`
    const env = { ...process.env, LANG: 'C.UTF-8', NO_COLOR: '1', FORCE_COLOR: undefined }
    const printed = execFileSync('unshare', ['-Urnmpf', '--mount-proc', '--kill-child', 'bash', '-c', line], {
      env,
    })
    return printed.toString().split('=====\n')
  }

  test('both ends and the bridge, as ip tells them', () => {
    const [report, inside, outside] = cabled(
      'cooper inspect $P --json; echo =====; nsenter -t $P -n ip -j address; echo =====; ip -j -d address',
    ).map((text) => JSON.parse(text))
    expect(report.namespaces.net.shared).toBe(false)
    expect(report.namespaces.mnt.shared).toBe(true)
    type Told = {
      ifname: string
      master?: string
      flags: string[]
      addr_info: { local: string; prefixlen: number }[]
    }
    const addresses = ({ addr_info }: Told) =>
      addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`)
    expect(
      report.links.map(({ name, up, addresses }: { name: string; up: boolean; addresses: string[] }) => ({
        name,
        up,
        addresses: addresses.filter((one) => !one.startsWith('fe80:')),
      })),
    ).toEqual(
      inside.map((link: Told) => ({
        name: link.ifname,
        up: link.flags.includes('UP'),
        addresses: addresses(link).filter((one) => !one.startsWith('fe80:')),
      })),
    )
    const end = outside.find(({ ifname }: Told) => ifname === 'cable')
    expect(end.master).toBe('switch')
    expect(report.links.find(({ name }: { name: string }) => name === 'eth0')).toMatchObject({
      kind: 'veth',
      addresses: expect.arrayContaining(['10.9.0.2/24']),
      outside: {
        name: 'cable',
        up: true,
        where: 'machine',
        bridge: { name: 'switch', addresses: expect.arrayContaining(['10.9.0.1/24']) },
      },
    })
  })

  test('the drawing has the cable, on eighty columns, also in ASCII', () => {
    const [drawn = '', typed = ''] = cabled('cooper inspect $P; echo =====; LANG=C cooper inspect $P')
    expect(drawn).toMatch(
      /^│ switch 10\.9\.0\.1\/24 +│ +│ +│\n│ └ cable +├─── veth ───┤ eth0 10\.9\.0\.2\/24 +│$/m,
    )
    expect(typed).toMatch(/^\| ` cable +\|--- veth ---\| eth0 10\.9\.0\.2\/24 +\|$/m)
    expect(typed).toMatch(/^\p{ASCII}+$/u)
    for (const text of [drawn, typed])
      for (const line of text.split('\n')) expect([...line].length).toBeLessThan(81)
    const sides = typed.split('\n').slice(0, 8)
    expect(new Set(sides.map((line) => line.length)).size).toBe(1)
  })

  test('an end that is down, one that lies inside, one whose other end is elsewhere', () => {
    const [report] = cabled(`
      ip link set cable down
      nsenter -t $P -n ip link add one type veth peer name two
      unshare -n sleep 1000 & Q=$!
      while [ "$(readlink /proc/$Q/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
      nsenter -t $P -n ip link add far type veth peer name away netns $Q
      cooper inspect $P --json; kill $Q`).map((text) => JSON.parse(text))
    const end = (link: string) => report.links.find(({ name }: { name: string }) => name === link).outside
    expect(end('eth0')).toMatchObject({ name: 'cable', up: false })
    expect(end('one')).toMatchObject({ name: 'two', where: 'inside' })
    expect(end('far')).toMatchObject({ name: 'away', where: 'elsewhere' })
  })

  test('what listens there', () => {
    const [report] = cabled(`
      nsenter -t $P -n node -e 'require("net").createServer().listen(8080, "10.9.0.2")' & N=$!
      until nsenter -t $P -n ss -Hltn | grep -q :8080; do sleep 0.02; done
      cooper inspect $P --json; kill $N`).map((text) => JSON.parse(text))
    expect(report.listeners).toEqual([
      expect.objectContaining({ protocol: 'tcp', address: '10.9.0.2', port: 8080 }),
    ])
  })
})

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { allCapabilities, ids, machine } from '../../../src/facts/index.ts'
import { noEngine, workshop } from '../../support/engine.ts'

interface Line {
  name: string
  at: string
  shared: boolean
  inode: number
}

const names = (list: Line[]) => list.map(({ name }) => name)
const at = (list: Line[], path: string) => list.find((one) => one.at === path)
const kinds = ['user', 'mnt', 'pid', 'net', 'uts', 'ipc', 'cgroup']

/** Shell that prints what /proc says of `$P` and of the asker: the inode of each namespace, and whether it is one. */
const truth = `printf '{'
  for kind in ${kinds.join(' ')}; do
    theirs=$(stat -L -c %i /proc/$P/ns/$kind); ours=$(stat -L -c %i /proc/self/ns/$kind)
    printf '%s"%s":{"inode":%s,"shared":%s}' "$comma" $kind $theirs $([ $theirs = $ours ] && echo true || echo false)
    comma=,
  done; comma=; echo '}'`

const noRunc = noEngine('runc')
test.skipIf(noRunc)(`runc, which is what docker starts (${noRunc ?? 'runc'})`, async () => {
  const { dir, root, group, run } = workshop()
  execFileSync('runc', ['spec', '-b', dir])
  const file = join(dir, 'config.json')
  const spec = JSON.parse(readFileSync(file, 'utf8'))
  Object.assign(spec.process, { terminal: false, args: ['sleep', '1000'] })
  Object.assign(spec.root, { path: root })
  spec.mounts.push({ destination: '/usr', type: 'bind', source: '/usr', options: ['bind', 'ro'] })
  spec.mounts.push({ destination: '/data', type: 'bind', source: dir, options: ['bind', 'rw'] })
  spec.linux.cgroupsPath = `/${group}`
  writeFileSync(file, JSON.stringify(spec))

  const [report, namespaces, outside] = await run(`
    mkdir -p ${root}/data
    runc --root ${dir}/state run -d --pid-file pid -b ${dir} ${group} </dev/null >log 2>&1
    P=$(cat pid)
    ip link add cable type veth peer name eth0 netns $P && ip link set cable up
    cooper inspect $P --json; echo =====
    ${truth}; echo =====
    ip -j address
    runc --root ${dir}/state delete -f ${group}`)
  expect(report.namespaces).toMatchObject(namespaces)
  expect(report.hostname).toBe('runc')
  expect(report.ids.capabilities.effective).toEqual(['CAP_KILL', 'CAP_NET_BIND_SERVICE', 'CAP_AUDIT_WRITE'])
  expect(report.cgroups[0].path).toMatch(new RegExp(`/${group}$`))
  expect(at(report.mounts.lines, '/')).toMatchObject({ kind: 'root', from: root, writable: false })
  expect(at(report.mounts.lines, '/usr')).toMatchObject({ kind: 'machine', from: '/usr', writable: false })
  expect(at(report.mounts.lines, '/proc')).not.toHaveProperty('from')
  expect(report.mounts.frozen).toContain('/proc/sys')
  expect(report.mounts.hidden).toContain('/proc/keys')
  expect(outside.map(({ ifname }: { ifname: string }) => ifname)).toContain('cable')
  expect(report.links.find(({ name }: Line) => name === 'eth0').outside).toMatchObject({
    name: 'cable',
    where: 'machine',
  })
  expect(names(report.weak)).toEqual(['root-outside', 'writable-directory', 'no-seccomp'])
})

const noDocker = noEngine('dockerd', 'docker', 'containerd', 'runc')
test.skipIf(noDocker)(
  `docker, with its bridge, as it is and as it should not be (${noDocker ?? 'docker'})`,
  async () => {
    const { dir, root, group, run } = workshop()
    // A root that has not every capability itself may not give them: then with the next worst.
    const all = ids(machine, process.pid)!.capabilities.bounding.length === allCapabilities.length
    const wide = all
      ? '--privileged'
      : '--cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt systempaths=unconfined'
    const [usual, namespaces, told, links, open, closed] = await run(`
    dockerd --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --storage-driver=vfs \\
      --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent /${group} --data-root ${dir}/data \\
      --exec-root ${dir}/exec --pidfile ${dir}/pid -H unix://${dir}/docker.sock >log 2>&1 & daemon=$!
    d() { docker -H unix://${dir}/docker.sock "$@" 2>>log; }
    until d info >/dev/null; do kill -0 $daemon; sleep 0.05; done
    tar -C ${root} -c . | d import - base >/dev/null
    box() { d inspect -f '{{.State.Pid}}' $(d run -d -v /usr:/usr:ro "$@" base sleep 1000); }
    P=$(box --name usual)
    cooper inspect $P --json; echo =====
    ${truth}; echo =====
    d inspect -f '{{json .}}' usual; echo =====
    ip -j address; echo =====
    cooper inspect $(box ${wide} --pid host --network host -v ${dir}/docker.sock:/run/docker.sock -v ${dir}:/data) --json
    echo =====
    cooper inspect $(box --user 1000:1000 --cap-drop ALL --security-opt no-new-privileges --network none --read-only) --json
    d rm -f $(d ps -q) >/dev/null
    kill $daemon; wait $daemon`)

    expect(usual.namespaces).toMatchObject(namespaces)
    expect(usual).toMatchObject({
      pid: told.State.Pid,
      hostname: told.Config.Hostname,
      contained: true,
      unread: [],
    })
    expect(usual.cgroups[0].path).toBe(`/${group}/${told.Id}`)
    const cable = usual.links.find(({ name }: Line) => name === 'eth0')
    const { IPAddress, IPPrefixLen } = told.NetworkSettings
    expect(cable.addresses).toContain(`${IPAddress}/${IPPrefixLen}`)
    const plugged = links.filter(({ master }: { master?: string }) => master === 'docker0')
    expect(plugged.map(({ ifname }: { ifname: string }) => ifname)).toEqual([cable.outside.name])
    expect(cable.outside.bridge.name).toBe('docker0')
    expect(cable.outside.bridge.addresses.join()).toContain(told.NetworkSettings.Gateway)
    // Fourteen, and a filter: what docker gives to everybody (moby: oci/caps/defaults.go).
    expect(usual.ids.capabilities.effective).toHaveLength(14)
    expect(usual.ids.seccomp).toBe('filter')
    expect(at(usual.mounts.lines, '/etc/hosts')).toMatchObject({ kind: 'engine', from: told.HostsPath })
    expect(names(usual.weak)).toEqual(['root-outside', 'new-privileges'])

    const worst = all ? 'privileged' : 'capabilities'
    expect(names(open.weak)).toEqual(
      expect.arrayContaining(
        [worst, 'engine-socket', 'root-outside', 'writable-directory', 'machine-settings'].concat([
          'shared-pid',
          'shared-net',
          'no-seccomp',
          'new-privileges',
        ]),
      ),
    )
    expect(closed.weak).toEqual([])
    expect(closed.user).toMatchObject({ inside: 1000, outside: 1000 })
  },
)

import {
  allNamespaces,
  type Bench,
  checks,
  type Link,
  type Listener,
  listeners,
  type NamespaceType,
  type NetFacts,
  net,
  type Process,
  sameNamespace,
} from '../../src/facts/index.ts'
import { readJoined } from '../../src/facts/joined.ts'
import { readText } from '../../src/facts/read.ts'
import { isSleep } from '../../src/facts/sleeps.ts'
import { KernelError } from '../../src/kernel/index.ts'

export default checks({
  alone: {
    claims: ['N1', 'N2'],
    async look(bench, captures) {
      const box = await netOf(bench, captures.box)
      const lo = box && linkOf(box, 'lo')
      const found = box && {
        up: box.links.filter(({ up }) => up).length,
        addresses: box.addresses.length,
        routes: box.routes.length,
        listeners: waiting(bench, captures.box).length,
      }
      const host = waiting(bench, 1).length
      const quiet = found !== undefined && Object.values(found).every((amount) => amount === 0)
      const ok = apart(bench, captures.box, 1) && lo !== undefined && quiet && host > 0
      return {
        ok,
        expected: 'lo, down; 0 addresses, 0 routes, 0 listeners',
        saw: found
          ? `${lo ? `lo, ${lo.up ? 'up' : 'down'}` : 'no lo'}; ${found.addresses} addresses, ${found.routes} routes, ${found.listeners} listeners`
          : 'no such shell',
        why: ok
          ? `On the host ${host} servers listen. Nothing of that is in here, and nothing is on.`
          : 'The shell has no network namespace of its own, or is not alone in it any more.',
      }
    },
  },

  'same-port': {
    claims: ['N1'],
    look(bench, captures) {
      const [host, box] = [1, captures.box].map((who) => nameAt(bench, who, 80))
      const ok = apart(bench, captures.box, 1) && host === 'webserver' && box === 'mirror'
      return {
        ok,
        expected: 'port 80: webserver on the host, mirror in the box',
        saw: `port 80: ${host} on the host, ${box} in the box`,
        why: ok
          ? 'Two sockets with the same port, and neither is in the way of the other.'
          : 'One of the two does not listen, or they are in one namespace.',
      }
    },
  },

  cable: {
    claims: ['N3'],
    async look(bench, captures) {
      const [host, world] = await both(bench, 1, captures.world)
      const [here, there] = [host && linkOf(host, 'uplink'), world && linkOf(world, 'eth0')]
      const joined = isCable(here, there) && apart(bench, captures.world, 1)
      const up = (link: Link | undefined) => (link?.up && link.carrier ? 'up' : 'down')
      // A neighbour's call for neighbours may be on its way between our two looks.
      const passed = here && there && there.rxPackets > 0 && Math.abs(here.txPackets - there.rxPackets) <= 4
      const ok = joined && up(here) === 'up' && up(there) === 'up' && passed === true
      return {
        ok,
        expected: 'uplink and eth0 of the world: one cable, up and up',
        saw: `uplink and eth0 of the world: ${joined ? 'one cable' : 'no cable'}, ${up(here)} and ${up(there)}`,
        why: ok
          ? `${here?.txPackets} packets went in at this end, and ${there?.rxPackets} came out at the other.`
          : 'Each device must be the other end of the other, and both switched on.',
      }
    },
  },

  ends: {
    claims: ['N4'],
    async look(bench, captures) {
      const [host, box] = await both(bench, 1, captures.box)
      const [here, there] = [host && linkOf(host, 'port1'), box && linkOf(box, 'eth0')]
      const ok = isCable(here, there) && here?.peer?.nsid !== there?.peer?.nsid
      return {
        ok,
        expected: `port1 is ${captures.port} and names ${captures.end}; eth0 is ${captures.end} and names ${captures.port}`,
        saw: `port1 is ${here?.index ?? 'gone'} and names ${here?.peer?.index ?? 'nobody'}; eth0 is ${there?.index ?? 'gone'} and names ${there?.peer?.index ?? 'nobody'}`,
        why: ok
          ? `And each side has its own number for the namespace of the other: ${here?.peer?.nsid} here, ${there?.peer?.nsid} there.`
          : 'The two are not the ends of one cable.',
      }
    },
  },

  switch: {
    claims: ['N5'],
    async look(bench, captures) {
      const [host, box, second] = await Promise.all([
        netOf(bench, 1),
        netOf(bench, captures.box),
        netOf(bench, captures.second),
      ])
      const bridge = host?.links.find(({ name, kind }) => name === 'switch' && kind === 'bridge')
      const plugged = [box, second].filter((one) => {
        const end = one && linkOf(one, 'eth0')
        return host?.links.some((link) => isCable(link, end) && link.master === bridge?.index && link.carrier)
      })
      // Whom each found at the other's address: the answer to "who has it?" on their own cable, so nobody was between.
      const found = (who: Who, address: string, whose: NetFacts | undefined) => {
        const mac = whose && linkOf(whose, 'eth0')?.mac
        return mac !== undefined && neighbour(bench, who, address) === mac
      }
      const met = found(captures.second, '10.0.0.2', box) && found(captures.box, '10.0.0.3', second)
      const ok = bridge?.up === true && plugged.length === 2 && met
      return {
        ok,
        expected: '2 boxes in the switch, which have met',
        saw: `${plugged.length} boxes in the switch, which have ${met ? '' : 'not '}met`,
        why: ok
          ? 'Each knows the hardware address of the other. Behind a router it would know the router’s.'
          : 'The host’s ends must be in the switch, and one box must have called the other.',
      }
    },
  },

  names: {
    claims: ['N9'],
    look(bench, captures) {
      const spaces = allNamespaces(bench.view).filter(({ ref }) => ref.kind === 'net').length
      const named = namesOf(bench)
      const box = bench.namespaces(captures.box ?? '').net
      const ok = spaces >= 4 && named.length === 1 && named[0]?.inode === box?.inode
      return {
        ok,
        expected: `${Math.max(spaces, 4)} namespaces, and 1 name: box`,
        saw: `${spaces} namespaces, and ${named.length === 1 ? '1 name' : `${named.length} names`}${named.length ? `: ${named.map(({ name }) => name).join(', ')}` : ''}`,
        why: ok
          ? 'The others exist because processes live in them. The list knows mounts, and nothing else.'
          : 'One file below /run/netns, with the namespace of the box bound on it: that is the name.',
      }
    },
  },

  masquerade: {
    claims: ['N6'],
    async look(bench, captures) {
      const out = talks(sockets(bench, captures.box)).find(({ there }) => there === '192.0.2.80:80')
      const arrived = talks(sockets(bench, captures.world)).filter(({ here }) => here === '192.0.2.80:80')
      const forwards = await switchedOn(bench, 'ip_forward')
      const routes = (await netOf(bench, captures.world))?.routes
      const wayBack = routes?.some(
        ({ family, destination }) => family === 4 && /^10\.|^def/.test(destination),
      )
      const callers = [...new Set(arrived.map(({ there }) => there.split(':')[0]))].join(', ') || 'nobody'
      const ok =
        out?.here.startsWith('10.0.0.2:') === true && callers === '192.0.2.1' && forwards && wayBack === false
      return {
        ok,
        expected: '10.0.0.2 calls, 192.0.2.1 arrives; the host forwards',
        saw: `${out?.here.split(':')[0] ?? 'nobody'} calls, ${callers} arrives; the host ${forwards ? 'forwards' : 'does not forward'}`,
        why: ok
          ? 'One connection, as each of its two ends has it. The world has no route to 10.0.0.2, and needs none.'
          : 'There is no open connection from the box to the world, or it arrives under another name.',
      }
    },
  },

  neighbour: {
    claims: ['N6'],
    look(bench, captures) {
      const out = talks(sockets(bench, captures.world)).find(({ there }) => there === '10.0.0.2:80')
      const arrived = talks(sockets(bench, captures.box)).find(({ here, there }) => {
        return here === '10.0.0.2:80' && there === out?.here
      })
      const ok = out !== undefined && arrived !== undefined
      return {
        ok,
        expected: '192.0.2.80 talks to 10.0.0.2, port 80',
        saw: arrived
          ? `${arrived.there.split(':')[0]} talks to 10.0.0.2, port 80`
          : 'nobody from the world talks to the box',
        why: ok
          ? 'Both ends have the same two addresses: nothing was translated on this way, and nothing was in the way.'
          : 'The world has no open connection to the box’s own address.',
      }
    },
  },

  publish: {
    claims: ['N7'],
    look(bench, captures) {
      const call = visit(sockets(bench, captures.world), 8080, sockets(bench, captures.box))
      const listener = listensAt(sockets(bench, 1), 8080) ? 'somebody' : 'nobody'
      const ok = call.arrived !== undefined && listener === 'nobody'
      return {
        ok,
        expected: 'called: 192.0.2.1:8080, answered: 10.0.0.2:80; on the host listens: nobody',
        saw: `called: ${call.called ?? 'nothing'}, answered: ${call.arrived ?? 'nobody'}; on the host listens: ${listener}`,
        why: ok
          ? 'The same caller with the same port on both sides, and another destination: translated on the way.'
          : 'There is no open connection from the world that ends in the box.',
      }
    },
  },

  modes: {
    claims: ['N10'],
    async look(bench, captures) {
      const host = bench.namespaces(1).net
      const bridged = bench.namespaces(captures.bridged ?? '').net
      const names = ['none', 'hostmode', 'bridged', 'joined']
      const running = names.every((name, nth) =>
        isSleep(bench.process(captures[name] ?? ''), `100${nth + 1}`),
      )
      const whose = names.map((name) => {
        const theirs = bench.namespaces(captures[name] ?? '').net
        if (theirs === undefined) return 'gone'
        if (sameNamespace(theirs, host)) return 'the host’s'
        return name !== 'bridged' && sameNamespace(theirs, bridged) ? 'the other’s' : 'its own'
      })
      const [none, inBridge] = await both(bench, captures.none, captures.bridged)
      const lonely = none?.links.every(({ name, up }) => (name === 'lo') === up)
      const eth0 = inBridge && linkOf(inBridge, 'eth0')
      const address = inBridge?.addresses.find(({ link, family }) => family === 4 && link === eth0?.index)
      const ok =
        running &&
        whose.join() === 'its own,the host’s,its own,the other’s' &&
        lonely === true &&
        eth0?.carrier === true &&
        address !== undefined
      return {
        ok,
        expected: 'none: its own, host: the host’s, bridge: its own, container: the other’s',
        saw: `none: ${whose[0]}, host: ${whose[1]}, bridge: ${whose[2]}, container: ${whose[3]}`,
        why: ok
          ? `The first has only its lo. The third has a cable and ${address?.address}, and the fourth is there, too.`
          : 'A container is gone, or has another network than it was asked to have.',
      }
    },
  },

  published: {
    claims: ['N7'],
    async look(bench) {
      const doors = waiting(bench, 1).filter(({ port, protocol }) => port === 18080 && protocol === 'tcp')
      const proxy = [...new Set(doors.flatMap(({ pids }) => pids.map((pid) => bench.process(pid)?.name)))]
      const inside = bench
        .processes()
        .findLast((one) => /(^|\/)mirror$/.test(one.command[0] ?? '') && apart(bench, one.pid, 1, 'pid'))
      const [host, own] = await both(bench, 1, inside?.pid)
      const bridge = host?.links.find(({ name, kind }) => kind === 'bridge' && name !== 'switch')
      const eth0 = own && linkOf(own, 'eth0')
      const plugged = host?.links.some((link) => isCable(link, eth0) && link.master === bridge?.index)
      const serves = listensAt(sockets(bench, inside?.pid), 80)
      const ok = doors.length > 0 && plugged === true && serves
      return {
        ok,
        expected: 'port 18080 is held; somebody at port 80 in a box on a cable',
        saw: `port 18080 is ${doors.length ? 'held' : 'free'}; ${serves ? 'somebody' : 'nobody'} at port 80 in a box ${plugged ? 'on' : 'without'} a cable`,
        why: ok
          ? `The port’s keeper is ${proxy.join(', ') || 'out of sight'}: it answers where no rule can lead.`
          : 'The container is gone, or has no port of the host.',
      }
    },
  },

  cost: {
    claims: ['N11'],
    async look(bench, captures) {
      const [shared, cabled] = [Number(captures.shared), Number(captures.cabled)]
      const own = await netOf(bench, captures.bridged)
      const packets = (own && linkOf(own, 'eth0')?.txPackets) ?? 0
      const ok =
        shared > 0 && cabled > shared && packets >= 5000 && !apart(bench, captures.hostmode, 1) && !!own
      return {
        ok,
        expected: 'shared is faster than the cable, which 5000 packets have passed',
        saw: `shared takes ${shared || 'no'} µs, the cable ${cabled || 'no'} µs; ${packets} packets have passed it`,
        why: ok
          ? `${(cabled - shared).toFixed(1)} µs more for a round trip. The other container has no cable that could count.`
          : 'Shared should be faster. Measure again: this machine may have been busy.',
      }
    },
  },

  'lost-route': {
    claims: ['N3'],
    async look(bench, captures) {
      const facts = await netOf(bench, captures.second)
      const eth0 = facts && linkOf(facts, 'eth0')
      const address = facts?.addresses.some((one) => one.address === '10.0.0.3' && one.link === eth0?.index)
      const ways = facts?.routes.filter(({ family }) => family === 4).map(({ destination }) => destination)
      const ok = eth0?.up === true && eth0.carrier && address === true && ways?.join() === '10.0.0.0/24'
      return {
        ok,
        expected: 'carrier, 10.0.0.3, and a route to: 10.0.0.0/24',
        saw: `${eth0?.carrier ? 'carrier' : 'no carrier'}, ${address ? '10.0.0.3' : 'no address'}, and a route to: ${ways?.join(', ') || 'nothing'}`,
        why: ok
          ? 'What follows from the address came back with the carrier. The rest somebody has to say again.'
          : 'The device must have been off and on again, and nothing else.',
      }
    },
  },

  loopback: {
    claims: ['N8'],
    async look(bench, captures) {
      const host = sockets(bench, 1)
      const caller = talks(host).find(({ there }) => there === '127.0.0.1:8080')
      const arrived = talks(sockets(bench, captures.box)).find(({ here, there }) => {
        return here === '10.0.0.2:80' && there.startsWith('10.0.0.1:')
      })
      const allowed = await switchedOn(bench, 'conf/switch/route_localnet')
      const at = listensAt(host, 8080) ? 'somebody' : 'nobody'
      const ok =
        caller?.here.startsWith('127.0.0.1:') === true && arrived !== undefined && allowed && at === 'nobody'
      return {
        ok,
        expected: '127.0.0.1 calls, 10.0.0.1 arrives; route_localnet is on; at port 8080 listens: nobody',
        saw: `${caller?.here.split(':')[0] ?? 'nobody'} calls, ${arrived?.there.split(':')[0] ?? 'nobody'} arrives; route_localnet is ${allowed ? 'on' : 'off'}; at port 8080 listens: ${at}`,
        why: ok
          ? 'Both addresses were translated. And since nobody listens at 8080, there is nobody whom ::1 could reach.'
          : 'It takes the permission and the masquerade, and a connection that stays open.',
      }
    },
  },

  third: {
    claims: ['N3', 'N5'],
    async look(bench) {
      const host = await netOf(bench, 1)
      const bridge = host?.links.find(({ name }) => name === 'switch')?.index
      const tries = await Promise.all(
        bench
          .processes()
          .filter((one) => isSleep(one, '2001'))
          .map(async ({ pid }) => lackOfThird(bench, pid, host, bridge)),
      )
      const lack = tries.includes(undefined) ? undefined : (tries.at(-1) ?? 'no sleep 2001')
      return {
        ok: tries.includes(undefined),
        expected: 'sleep 2001 at 10.0.0.4, in the switch',
        saw: lack === undefined ? 'sleep 2001 at 10.0.0.4, in the switch' : lack,
        why:
          lack === undefined
            ? 'A cable with both ends up, one of them in the switch, and an address at the other.'
            : tries.length === 0
              ? 'Nothing of that name is running.'
              : 'That is what is missing now.',
      }
    },
  },

  visitor: {
    claims: ['N7'],
    look(bench, captures) {
      const second = sockets(bench, captures.second)
      const call = visit(sockets(bench, captures.world), 9090, second)
      const serves = listensAt(second, 80)
      const ok = call.arrived === '10.0.0.3:80' && serves
      return {
        ok,
        expected: 'called: 192.0.2.1:9090, answered: 10.0.0.3:80',
        saw: `called: ${call.called ?? 'nothing'}, answered: ${call.arrived ?? 'nobody'}`,
        why: ok
          ? 'The world stays connected to a machine that it has no route to.'
          : !serves
            ? 'In the second box nobody listens on port 80.'
            : call.called
              ? 'The world has a connection, but its other end is not in the second box.'
              : 'The world has no open connection to that port. If it only waits: where do the answers go?',
      }
    },
  },

  lodger: {
    claims: ['N9', 'N10'],
    look(bench, captures) {
      const theirs = bench.namespaces(captures.second ?? '').net
      const name = namesOf(bench).find((one) => one.name === 'second')
      const named = name !== undefined && name.inode === theirs?.inode
      const tries = bench.processes().filter((one) => isSleep(one, '2003'))
      const kinds: NamespaceType[] = ['user', 'mnt', 'pid', 'uts', 'ipc', 'cgroup', 'time']
      const lodges = ({ pid }: Process) => sameNamespace(bench.namespaces(pid).net, theirs)
      const like = ({ pid }: Process) => kinds.every((kind) => !apart(bench, pid, 1, kind))
      const shown = tries.find((one) => lodges(one) && like(one)) ?? tries.at(-1)
      const ok = named && shown !== undefined && lodges(shown) && like(shown)
      return {
        ok,
        expected: 'second is named; sleep 2003 has its net, and the rest of the host',
        saw: `second is ${named ? '' : 'not '}named; ${shown ? `sleep 2003 has ${lodges(shown) ? 'its' : 'another'} net, and ${like(shown) ? 'the rest of the host' : 'more of its own'}` : 'no sleep 2003'}`,
        why: ok
          ? 'The name is a mount, and whoever finds it may go in.'
          : !named
            ? name
              ? 'The name second leads to another network.'
              : 'Below /run/netns there is no namespace of that name.'
            : shown
              ? 'It must be in that network, and in nothing else of its own.'
              : 'Nothing of that name is running.',
      }
    },
  },
})

type Who = string | number | undefined

/** What is in the network namespace of a process; undefined when the process is gone. */
async function netOf(bench: Bench, who: Who): Promise<NetFacts | undefined> {
  if (who === undefined) return undefined
  try {
    return await net(bench.view, Number(who))
  } catch (error) {
    if (error instanceof KernelError) return undefined
    throw error
  }
}

function both(bench: Bench, one: Who, other: Who): Promise<(NetFacts | undefined)[]> {
  return Promise.all([netOf(bench, one), netOf(bench, other)])
}

function linkOf(facts: NetFacts, name: string): Link | undefined {
  return facts.links.find((link) => link.name === name)
}

/** Whether two devices are the two ends of one veth, in two namespaces. */
function isCable(one: Link | undefined, other: Link | undefined): boolean {
  return (
    one?.kind === 'veth' &&
    other?.kind === 'veth' &&
    one.peer?.index === other.index &&
    other.peer?.index === one.index &&
    one.peer.nsid !== undefined &&
    other.peer.nsid !== undefined
  )
}

/** Whether two processes have two namespaces of this kind. */
function apart(bench: Bench, one: Who, other: Who, kind: NamespaceType = 'net'): boolean {
  const [a, b] = [one, other].map((who) => bench.namespaces(who ?? '')[kind])
  return a !== undefined && b !== undefined && !sameNamespace(a, b)
}

function waiting(bench: Bench, who: Who): Listener[] {
  return who === undefined ? [] : listeners(bench.view, Number(who))
}

/** Who listens at a port where a process lives. */
function nameAt(bench: Bench, who: Who, port: number): string {
  const socket = waiting(bench, who).find((one) => one.port === port && one.protocol === 'tcp')
  if (!socket) return 'nobody'
  return bench.process(socket.pids[0] ?? '')?.name ?? 'somebody'
}

/** Both ends of an IPv4 socket, as `10.0.0.2:80`, and its state: a number of <net/tcp_states.h>. */
interface Socket {
  here: string
  there: string
  state: string
}

/** The IPv4 sockets of a process's network namespace: `man 5 proc_pid_net`. The kernel takes some milliseconds. */
function sockets(bench: Bench, who: Who): Socket[] {
  const lines = (readText(`${bench.view.proc}/${who}/net/tcp`) ?? '').trimEnd().split('\n').slice(1)
  return lines.map((line) => {
    const [, here = '', there = '', state = ''] = line.trim().split(/\s+/)
    return { here: endOf(here), there: endOf(there), state }
  })
}

/** The open connections: ESTABLISHED. */
function talks(all: Socket[]): Socket[] {
  return all.filter(({ state }) => state === '01')
}

/** Whether somebody waits at a port: LISTEN. */
function listensAt(all: Socket[], port: number): boolean {
  return all.some(({ here, state }) => state === '0A' && here.endsWith(`:${port}`))
}

/** `0200000A:0050` is 10.0.0.2:80: the address backwards, the port not. */
function endOf(text: string): string {
  const [address = '', port = ''] = text.split(':')
  return `${[...Buffer.from(address, 'hex')].reverse().join('.')}:${Number.parseInt(port, 16)}`
}

/** Whom the world has called at a port of the host, and where that call ended. */
function visit(world: Socket[], port: number, box: Socket[]): { called?: string; arrived?: string } {
  const calls = talks(world).filter(({ there }) => there === `192.0.2.1:${port}`)
  const answered = talks(box).find((end) => calls.some(({ here }) => here === end.there))
  return { called: calls.at(-1)?.there, arrived: answered?.here }
}

/** The hardware address that a process's namespace has found for an address. */
function neighbour(bench: Bench, who: Who, address: string): string | undefined {
  const lines = (readText(`${bench.view.proc}/${who}/net/arp`) ?? '').split('\n')
  return lines.find((line) => line.startsWith(`${address} `))?.split(/\s+/)[3]
}

/** A switch of the host’s namespace: what is below /proc/sys/net is that of whoever looks it up. */
async function switchedOn(bench: Bench, name: string): Promise<boolean> {
  return (await readJoined(bench.view, 1, 'net', 'sys', [`net/ipv4/${name}`]))?.trim() === '1'
}

/** What stands below /run/netns: each name is a mount of a namespace. */
function namesOf(bench: Bench): { name: string; inode: number }[] {
  return bench.mounts(1).flatMap(({ at, root }) => {
    const [, name] = /^\/run\/netns\/([^/]+)$/.exec(at) ?? []
    const [, inode] = /^net:\[(\d+)\]$/.exec(root) ?? []
    return name && inode ? [{ name, inode: Number(inode) }] : []
  })
}

/** What a sleep 2001 has not, to be reached at 10.0.0.4; undefined when it has everything. */
async function lackOfThird(
  bench: Bench,
  pid: number,
  host: NetFacts | undefined,
  bridge: number | undefined,
): Promise<string | undefined> {
  if (!apart(bench, pid, 1)) return 'sleep 2001 in the network of the host'
  const facts = await netOf(bench, pid)
  const address = facts?.addresses.find((one) => one.address === '10.0.0.4')
  const end = facts?.links.find(({ index }) => index === address?.link)
  if (!facts?.links.some(({ kind }) => kind === 'veth')) return 'sleep 2001 without a cable'
  if (!end) return 'sleep 2001 without the address 10.0.0.4'
  const port = host?.links.find((link) => isCable(link, end))
  if (!port || port.master !== bridge) return 'sleep 2001 at 10.0.0.4, on a cable that is not in the switch'
  if (!end.up || !port.up)
    return `sleep 2001 at 10.0.0.4, on a cable with ${end.up ? 'the host’s' : 'its'} end down`
  if (address?.prefix !== 24) return `sleep 2001 at 10.0.0.4/${address?.prefix}, with no route to the others`
  return undefined
}

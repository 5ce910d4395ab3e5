import { type Bench, checks, type Process, sameNamespace, type UtsFacts, uts } from '../../src/facts/index.ts'
import { isSleep } from '../../src/facts/sleeps.ts'

export default checks({
  'own-name': {
    claims: ['U1'],
    async look(bench) {
      const { host, box, apart } = await both(bench)
      const ok = apart && box?.hostname === 'box' && host !== undefined && host.hostname !== 'box'
      return {
        ok,
        expected: 'box in the box, another name on the host',
        saw: `${box?.hostname ?? 'no name'} in the box, ${host?.hostname ?? 'no name'} on the host`,
        why: ok
          ? 'There are two namespaces, and the kernel keeps a name in each.'
          : 'The box has not got its name, or has no UTS namespace of its own.',
      }
    },
  },

  'own-domain': {
    claims: ['U1'],
    async look(bench) {
      const { host, box, apart } = await both(bench)
      const ok = apart && box?.domainname === 'cellar' && host !== undefined && host.domainname !== 'cellar'
      return {
        ok,
        expected: 'domain cellar in the box, another one on the host',
        saw: `domain ${box?.domainname ?? 'unknown'} in the box, ${host?.domainname ?? 'unknown'} on the host`,
        why: ok
          ? 'The NIS domain lies in the same namespace as the host name.'
          : 'The box has not got its domain, or has no UTS namespace of its own.',
      }
    },
  },

  'only-two': {
    claims: ['U2', 'U1'],
    async look(bench) {
      const { host, box, apart } = await both(bench)
      const ok =
        apart &&
        host !== undefined &&
        box !== undefined &&
        host.hostname !== box.hostname &&
        host.domainname !== box.domainname &&
        host.release === box.release
      return {
        ok,
        expected: `2 names, 2 domains, kernel ${host?.release}`,
        saw: `${count(host?.hostname, box?.hostname)} names, ${count(host?.domainname, box?.domainname)} domains, kernel ${[...new Set([host?.release, box?.release])].join(' and ')}`,
        why: ok
          ? 'Read on both sides of the namespace: it holds the two names, and the kernel is common.'
          : 'The box has no names of its own yet.',
      }
    },
  },

  built: {
    claims: ['U1'],
    async look(bench, captures) {
      const built = bench.process(captures.built ?? '')
      const names = built && (await uts(bench.view, built.pid))
      const host = await uts(bench.view, 1)
      const apart = built && !sameNamespace(bench.namespaces(built.pid).uts, bench.namespaces(1).uts)
      const ok = built !== undefined && isSleep(built, '1002') && apart === true && names?.hostname === 'cask'
      return {
        ok,
        expected: `sleep 1002 on cask, the host on ${host?.hostname}`,
        saw: built
          ? `${built.command.join(' ')} on ${names?.hostname}, the host on ${host?.hostname}`
          : 'no sleep 1002',
        why: ok
          ? 'One flag at birth and one sethostname(2): that was the whole piece.'
          : 'The box is gone, or has another name.',
      }
    },
  },

  limit: {
    claims: ['U1'],
    async look(bench) {
      const { box, host, apart } = await both(bench)
      const length = box?.hostname.length ?? 0
      const ok = apart && length === 64 && host?.hostname.length !== 64
      return {
        ok,
        expected: '64 letters',
        saw: `${length} letters`,
        why: ok
          ? 'The kernel took 64 and refused 65, so the name is still the one before.'
          : 'The box does not have the long name.',
      }
    },
  },

  named: {
    claims: ['U1'],
    async look(bench) {
      const tries = bench.processes().filter((one) => isSleep(one, '2001'))
      const names = await Promise.all(tries.map((one) => uts(bench.view, one.pid)))
      const host = await uts(bench.view, 1)
      const renamed = host?.hostname === 'stave'
      const found = tries.some((one, at) => own(bench, one) && names[at]?.hostname === 'stave')
      const ok = found && !renamed
      return {
        ok,
        expected: 'sleep 2001 on stave, the host on another name',
        saw: tries.length
          ? `sleep 2001 on ${names.at(-1)?.hostname}, the host on ${host?.hostname}`
          : 'no sleep 2001',
        why: ok
          ? 'It carries the name in a namespace of its own.'
          : renamed
            ? 'Now the host is called stave. Give it its name back, then try in a new namespace.'
            : tries.length
              ? 'It runs, but its machine has another name.'
              : 'Nothing of that name is running.',
      }
    },
  },

  guild: {
    claims: ['U1'],
    async look(bench) {
      const [firsts, seconds] = ['2002', '2003'].map((seconds) =>
        bench.processes().filter((one) => isSleep(one, seconds) && own(bench, one)),
      ) as [Process[], Process[]]
      const where = (one: Process) => bench.namespaces(one.pid).uts
      const pair = firsts.find((one) => seconds.some((other) => sameNamespace(where(one), where(other))))
      const domain = pair && (await uts(bench.view, pair.pid))?.domainname
      const ok = domain === 'guild'
      return {
        ok,
        expected: 'both in one UTS namespace, of the domain guild',
        saw: pair
          ? `both in one UTS namespace, of the domain ${domain}`
          : `${firsts.length ? 'sleep 2002' : 'no sleep 2002'} and ${seconds.length ? 'sleep 2003' : 'no sleep 2003'} outside of the host's and the box's`,
        why: ok
          ? 'One made the namespace, the other joined it, and the domain belongs to both.'
          : pair
            ? 'They are together. The namespace has no such domain yet.'
            : firsts.length && seconds.length
              ? 'Each of them is in a namespace of its own: the second has to join the first.'
              : 'At least one of the two is not running, or is in the namespace of the host or the box.',
      }
    },
  },
})

/** The names on the host and in the box, and whether those are two namespaces. */
async function both(bench: Bench): Promise<{ host?: UtsFacts; box?: UtsFacts; apart: boolean }> {
  const shell = bench.shell('box')
  const [host, box] = await Promise.all([uts(bench.view, 1), shell && uts(bench.view, shell.pid)])
  return { host, box, apart: shell !== undefined && !sameAsHost(bench, shell) }
}

function sameAsHost(bench: Bench, one: Process): boolean {
  return sameNamespace(bench.namespaces(one.pid).uts, bench.namespaces(1).uts)
}

/** Whether a process has a UTS namespace that is neither the host's nor the box's. */
function own(bench: Bench, one: Process): boolean {
  const { uts: theirs } = bench.namespaces(one.pid)
  const shell = bench.shell('box')
  const box = shell && bench.namespaces(shell.pid).uts
  return theirs !== undefined && !sameAsHost(bench, one) && !sameNamespace(theirs, box)
}

/** How many different ones. */
function count(...names: (string | undefined)[]): number {
  return new Set(names.filter((name) => name !== undefined)).size
}

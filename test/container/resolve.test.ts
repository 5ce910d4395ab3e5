import { describe, expect, test } from 'vitest'
import {
  call,
  compose,
  explain,
  explainText,
  idsFor,
  type Piece,
  pieces,
  resolve,
  stageOrder,
  UnknownPiece,
  type Who,
  type Wish,
} from '../../src/container/index.ts'
import { KernelError, verbOf } from '../../src/kernel/index.ts'

const everyId = [{ inside: 0, outside: 0, count: 4294967295 }]
const root: Who = { uid: 0, gid: 0, privileged: true, uidMap: everyId, gidMap: everyId }
const learner: Who = { uid: 1000, gid: 1001, privileged: false, uidMap: everyId, gidMap: everyId }
const names = (wish: Partial<Wish>, who: Who) =>
  resolve({ argv: ['sh'], ...wish }, who).pieces.map(({ name }) => name)

describe('which pieces', () => {
  test('as root, as docker: all but user', () => {
    expect(names({}, root)).toEqual(['pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup'])
    expect(resolve({ argv: ['sh'] }, root).notes).toEqual([])
  })

  test('without root user as well, and a note that says so', () => {
    expect(names({}, learner)).toEqual(['pid', 'mnt', 'net', 'uts', 'ipc', 'user', 'cgroup'])
    expect(resolve({ argv: ['sh'] }, learner).notes).toEqual([
      expect.stringMatching(/^not root: .*user namespace/),
    ])
    expect(resolve({ argv: ['sh'], only: ['user', 'pid'] }, learner).notes).toEqual([])
  })

  test.each([
    [{ only: ['pid'] }, ['pid'], ['pid', 'user']],
    [{ only: ['user', 'pid'] }, ['pid', 'user'], ['pid', 'user']],
    [{ only: ['uts', 'pid', 'pid'] }, ['pid', 'uts'], ['pid', 'uts', 'user']],
    [{ only: [] }, [], []],
    [{ without: ['net', 'ipc'] }, ['pid', 'mnt', 'uts', 'cgroup'], ['pid', 'mnt', 'uts', 'user', 'cgroup']],
    [{ only: ['pid', 'uts'], without: ['uts'] }, ['pid'], ['pid', 'user']],
    [{ only: ['pid'], without: ['pid'] }, [], []],
  ])('%j', (wish, asRoot, asLearner) => {
    expect(names(wish, root)).toEqual(asRoot)
    expect(names(wish, learner)).toEqual(asLearner)
  })

  test('a name that is none is told with those that are', () => {
    const wrong = () => resolve({ argv: ['sh'], only: ['pid', 'nte'] }, root)
    expect(wrong).toThrow(UnknownPiece)
    expect(wrong).toThrow('there is no piece "nte"; there are pid, mnt, net, uts, ipc, user, cgroup')
    expect(() => resolve({ argv: ['sh'], without: ['x'] }, root)).toThrow(UnknownPiece)
  })

  test('without root and without user: refused before anything is made', () => {
    const wish = { argv: ['sh'], without: ['user'] }
    expect(() => resolve(wish, learner)).toThrow(KernelError)
    expect(() => resolve(wish, learner)).toThrow(
      /^run: clone without CLONE_NEWUSER failed: EPERM, .*\n {2}because {3}/,
    )
    expect(() => resolve(wish, root)).not.toThrow()
  })
})

describe('the box', () => {
  test('every value is known, and two have different names', () => {
    const [a, b] = [resolve({ argv: ['sh'] }, root).box, resolve({ argv: ['sh'] }, root).box]
    expect(a.id).toMatch(/^[0-9a-f]{12}$/)
    expect(a.id).not.toBe(b.id)
    expect(a).toMatchObject({
      hostname: a.id,
      root: '/',
      namespaces: ['pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup'],
    })
    expect(a.ids).toBeUndefined()
  })

  test.each(['x', 'a'.repeat(64), 'ö'.repeat(32)])('host name %s', (hostname) => {
    expect(resolve({ argv: ['sh'], hostname }, root).box.hostname).toBe(hostname)
  })

  test.each([
    ['', 0],
    ['a'.repeat(65), 65],
    ['ö'.repeat(33), 66],
  ])('host name %j is refused: its length is counted in bytes', (hostname, bytes) => {
    const wrong = () => resolve({ argv: ['sh'], hostname }, root)
    expect(wrong).toThrow(/^uts: sethostname\(.* failed: EINVAL, Invalid argument/)
    expect(wrong).toThrow(`a host name has 1 to 64 bytes, and this one has ${bytes}`)
  })

  test('a root that is not there, or no directory', () => {
    expect(() => resolve({ argv: ['sh'], root: '/no/where' }, root)).toThrow(
      /^mnt: .*ENOENT.*\n.*the root file system \/no\/where is not there/,
    )
    expect(() => resolve({ argv: ['sh'], root: '/etc/passwd' }, root)).toThrow(
      '/etc/passwd is not a directory',
    )
  })
})

describe('ids', () => {
  test('root gives a range that nobody uses, another one for each slot', () => {
    const [a, b] = [idsFor(root, 0), idsFor(root, 1)]
    expect(a.uid).toEqual([{ inside: 0, outside: 0x7000_0000, count: 65536 }])
    expect(b.uid[0]!.outside).toBe(a.uid[0]!.outside + 65536)
    expect(idsFor(root, 3999).uid[0]!.outside + 65536).toBeLessThan(2 ** 31)
    expect(a.denySetgroups).toBe(false)
  })

  test('whoever has one id gives that one', () => {
    const own = {
      uid: [{ inside: 0, outside: 1000, count: 1 }],
      gid: [{ inside: 0, outside: 1001, count: 1 }],
    }
    expect(idsFor(learner)).toMatchObject({ ...own, denySetgroups: true })
    const few = [{ inside: 0, outside: 100000, count: 65536 }]
    expect(idsFor({ ...root, uidMap: few, gidMap: few }).uid).toEqual([{ inside: 0, outside: 0, count: 1 }])
  })
})

describe('compose', () => {
  const { box, pieces: chosen } = resolve(
    { argv: ['sh'], only: pieces.map(({ name }) => name), hostname: 'x' },
    learner,
  )
  const stagesOf = (list: readonly Piece[]) => compose(box, list).calls.map(({ at }) => at)

  test('whatever the order of the pieces, that of the stages is the same', () => {
    const sorted = [...stagesOf(chosen)].sort((a, b) => stageOrder.indexOf(a) - stageOrder.indexOf(b))
    expect(stagesOf(chosen)).toEqual(sorted)
    for (const order of permutations([...chosen])) expect(stagesOf(order)).toEqual(sorted)
  })

  test('it is a stable sort: within a stage, a piece keeps its own order', () => {
    const many: Piece = {
      name: 'many',
      lesson: 'x',
      summary: 'x',
      calls: () =>
        Array.from({ length: 60 }, (_, i) =>
          call(i % 2 ? 'drop' : 'part', 'sethostname', { name: String(i) }, 'a reason'),
        ),
    }
    const order = compose(box, [many]).calls.map(({ args }) => Number((args as { name: string }).name))
    const even = Array.from({ length: 30 }, (_, i) => 2 * i)
    expect(order).toEqual([...even, ...even.map((i) => i + 1)])
  })

  test('pieces are pure: composing twice gives the same, and changes nothing of the box', () => {
    const before = structuredClone(box)
    const strip = () =>
      compose(box, chosen).calls.map(({ piece, ...rest }) => ({ ...rest, piece: piece?.name }))
    expect(strip()).toEqual(strip())
    expect(box).toEqual(before)
  })

  test('every call has a reason, belongs to its piece, and can be done by its side', () => {
    for (const made of compose(box, chosen).calls) {
      expect(made.why).not.toBe('')
      expect(chosen).toContain(made.piece)
      const verb = verbOf(made)
      expect(['claim', 'admit'].includes(made.at) ? verb.run : verb.encode, made.do).toBeTypeOf('function')
    }
  })
})

describe('explain', () => {
  const { box, pieces: chosen } = resolve(
    { argv: ['echo', 'a'], only: ['pid', 'uts', 'user'], hostname: 'x' },
    learner,
  )
  const plan = compose(box, chosen)

  test('as data: survives JSON, and names pieces, lessons, calls and reasons', () => {
    const explained = explain(plan)
    expect(JSON.parse(JSON.stringify(explained))).toEqual(explained)
    expect(explained.clone.split(' | ').sort()).toEqual(['CLONE_NEWPID', 'CLONE_NEWUSER', 'CLONE_NEWUTS'])
    expect(explained.calls.find(({ piece }) => piece === 'uts')).toMatchObject({
      stage: 'settle',
      side: 'child',
      call: 'sethostname("x", 1)',
      shell: 'hostname x',
      lesson: 'uts',
    })
  })

  test('as text: pieces, then the stages in their order, then exec', () => {
    const lines = explainText(plan).split('\n')
    const at = (start: string) => lines.findIndex((line) => line.startsWith(start))
    const places = [
      'To run echo a:',
      '  pid ',
      'born,',
      'admit,',
      'become,',
      'settle,',
      'then execve("echo", ["echo", "a"])',
    ].map(at)
    expect(places.every((place) => place >= 0)).toBe(true)
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(explainText(compose({ ...box, namespaces: [] }, []))).toContain('no piece at all')
  })
})

function permutations<T>(list: T[]): T[][] {
  if (list.length < 2) return [list]
  return list.flatMap((one, i) =>
    permutations([...list.slice(0, i), ...list.slice(i + 1)]).map((rest) => [one, ...rest]),
  )
}

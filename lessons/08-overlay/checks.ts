import { type Bench, checks, type Mount, mountAt, type Process } from '../../src/facts/index.ts'
import { namesIn, type Resolved, resolvePath, sameFile } from '../../src/facts/paths.ts'
import { readStat, readText } from '../../src/facts/read.ts'

const home = '/root'
const base = `${home}/base`

export default checks({
  many: {
    claims: ['O1'],
    look(bench) {
      const layers = layersAt(bench, `${home}/merged`)
      const from = (path: string) => {
        const dir = fromWhere(bench, layers, path)
        const same = place(bench, `${home}/merged/${path}`)?.inode === place(bench, `${dir}/${path}`)?.inode
        return same ? nameOf(dir) : 'nowhere'
      }
      const saw = layers
        ? `${layers.lower.length} lower, ${layers.upper ? 'an' : 'no'} upper; greeting of ${from('etc/motd')}, page of ${from('srv/page')}, data of ${from('srv/data')}`
        : 'no overlay at ~/merged'
      const expected = '3 lower, no upper; greeting of season, page of app, data of base'
      return {
        ok: saw === expected,
        expected,
        saw,
        why: 'What is seen at ~/merged has the inode of the file in that directory: nothing was copied.',
      }
    },
  },

  'copied-up': {
    claims: ['O3'],
    look(bench) {
      const [below, above] = ['base', 'upper'].map((dir) => fileOf(bench, `${dir}/srv/data`))
      const [first, changed] = ['base', 'upper'].map((dir) => bench.read(`${home}/${dir}/srv/data`)?.[0])
      const noted = fileOf(bench, 'before')
      const kept = below !== undefined && noted !== undefined && below.ctimeMs < noted.ctimeMs
      const mib = (bytes = 0) => `${Math.round(bytes / 1024 ** 2)} MB`
      return {
        ok: kept && first === '\0' && changed === 'x' && above !== undefined && held(above) >= below.size,
        expected: '20 MB in the upper, the first byte changed; the file below as it was',
        saw: `${mib(held(above))} in the upper, the first byte ${changed === 'x' ? 'changed' : 'not changed'}; the file below ${kept && first === '\0' ? 'as it was' : 'is another'}`,
        why: 'Two files, each with all of its blocks. The one below was last changed before there was an overlay.',
      }
    },
  },

  deleted: {
    claims: ['O4'],
    look(bench) {
      const layers = layersAt(bench, `${home}/merged`)
      const names = ['etc/password', 'srv/data']
      const whites = names.filter((name) => isWhiteout(place(bench, `${home}/upper/${name}`)))
      const below = names.filter((name) => place(bench, `${base}/${name}`)?.kind === 'file')
      const seen = names.filter((name) => place(bench, `${home}/merged/${name}`))
      const whole = held(fileOf(bench, 'base/srv/data')) >= 20 * 1024 ** 2
      return {
        ok:
          layers?.upper === `${home}/upper` &&
          whites.length === 2 &&
          below.length === 2 &&
          seen.length === 0 &&
          whole,
        expected: '2 whiteouts, 2 files below, none of them to be seen; 20 MB as before',
        saw: `${whites.length} whiteouts, ${below.length} files below, ${seen.length || 'none'} of them to be seen; ${whole ? '20 MB as before' : 'fewer bytes than before'}`,
        why: 'To delete is to write something over it. What lies below has lost neither its name nor its blocks.',
      }
    },
  },

  opaque: {
    claims: ['O5'],
    look(bench) {
      const seen = namesIn(bench.view, 1, `${home}/merged/srv/log`)
      const above = namesIn(bench.view, 1, `${home}/upper/srv/log`)
      const below = namesIn(bench.view, 1, `${base}/srv/log`)
      const merged = layersAt(bench, `${home}/merged`)?.upper === `${home}/upper`
      return {
        ok: merged && seen?.length === 0 && above?.length === 0 && below?.length === 2,
        expected: '2 names below, 0 whiteouts in the upper, 0 names seen',
        saw: `${count(below)} names below, ${count(above)} whiteouts in the upper, ${count(seen)} names seen`,
        why: 'No whiteout stands for the two, and still they are hidden: so it is the directory that hides.',
      }
    },
  },

  shared: {
    claims: ['O6'],
    look(bench, captures) {
      const [one, two] = [captures.first, captures.second].map((pid) => bench.process(pid ?? ''))
      const running = one !== undefined && two !== undefined && runs(one, '1001') && runs(two, '1002')
      const [above, other] = ['one', 'two'].map((name) => layersAt(bench, `${home}/${name}/root`))
      const apart =
        above?.upper !== undefined &&
        above.upper !== other?.upper &&
        above.lower.join() === other?.lower.join() &&
        at(bench, one, '/')?.mount?.id === above.mount.id &&
        at(bench, two, '/')?.mount?.id === other.mount.id
      const inode = place(bench, `${base}/usr/bin/sleep`)?.inode
      const same = [one, two].every(
        (who) => inode !== undefined && at(bench, who, '/bin/sleep')?.inode === inode,
      )
      const memory = one && partOf(bench, one)
      const ok = running && apart && same && memory !== undefined && memory.part * 2 <= memory.all
      return {
        ok,
        expected: 'two uppers on the same lower directories, one inode, half of each page',
        saw: `${apart ? 'two uppers on the same lower directories' : 'no two such overlays'}, ${same ? 'one inode' : 'several inodes'}, ${memory ? `${memory.part} kB for ${memory.all}` : 'no sleep 1001'}`,
        why: ok
          ? 'The kernel counts a page by those who use it. Two use it, and they have no file system in common but the lower one.'
          : 'One of the two is gone, or runs something else.',
      }
    },
  },

  'init-layer': {
    claims: ['O8'],
    look(bench) {
      const names = ['hosts', 'hostname', 'resolv.conf']
      const empty = names.filter((name) => fileOf(bench, `init/etc/${name}`)?.size === 0)
      const said = bench.read(`${home}/one/hostname`)?.trim() ?? 'nothing'
      const both = ['one', 'two'].map((name) => {
        const layers = layersAt(bench, `${home}/${name}/root`)
        const mounted = sameFile(
          place(bench, `${home}/${name}/root/etc/hostname`),
          place(bench, `${home}/${name}/hostname`),
        )
        return mounted && layers?.lower[0] === `${home}/init` && !place(bench, `${layers.upper}/etc/hostname`)
      })
      return {
        ok: empty.length === 3 && said === 'half-price' && both.every(Boolean),
        expected: '3 empty files in the init layer, “half-price” in the real one, no hostname in an upper',
        saw: `${empty.length} empty files in the init layer, “${said}” in the real one, ${both.every(Boolean) ? 'no' : 'a'} hostname in an upper`,
        why: 'The path leads to a file of the host, over an empty one that nobody will ever write to.',
      }
    },
  },

  committed: {
    claims: ['O9', 'O4'],
    look(bench) {
      const layers = layersAt(bench, `${home}/three/root`)
      const order = layers?.lower.map(nameOf).join(', ')
      const greeting = nameOf(fromWhere(bench, layers, 'etc/motd'))
      const [saved, origin] = ['sale', 'one/upper'].map((dir) => place(bench, `${home}/${dir}/etc/motd`))
      const copied = saved !== undefined && origin !== undefined && !sameFile(saved, origin)
      const gone =
        isWhiteout(place(bench, `${home}/sale/etc/password`)) &&
        place(bench, `${base}/etc/password`) !== undefined &&
        !place(bench, `${home}/three/root/etc/password`)
      const nameless = !place(bench, `${home}/sale/etc/hostname`)
      return {
        ok: order === 'init, sale, app, base' && greeting === 'sale' && copied && gone && nameless,
        expected: 'init, sale, app, base; greeting of sale, no password',
        saw: `${order ?? 'no overlay'}; greeting of ${greeting ?? 'nothing'}, ${gone ? 'no password' : 'a password'}`,
        why: 'The saved directory adds a file and takes one away, and what it lies on is the same as it was for the first.',
      }
    },
  },

  spelling: {
    claims: ['O4'],
    look(bench) {
      const layers = layersAt(bench, `${home}/merged`)
      const packed = bench.read(`${home}/sale.tar`)?.includes('etc/.wh.password') ?? false
      const shown = place(bench, `${home}/merged/etc/password`) !== undefined
      const name = place(bench, `${home}/merged/etc/.wh.password`) !== undefined
      return {
        ok: packed && layers?.lower[0] === `${home}/packed` && shown && name,
        expected: '.wh.password in the archive; seen by the overlay: .wh.password and password',
        saw: `${packed ? '.wh.password' : 'no such name'} in the archive; seen by the overlay: ${[name && '.wh.password', shown && 'password'].filter(Boolean).join(' and ') || 'neither'}`,
        why: 'A rule of archives, and none of the kernel. The kernel knows 0:0.',
      }
    },
  },

  'thrown-away': {
    claims: ['O7'],
    look(bench, captures) {
      const was = captures.second !== undefined
      const left = [
        bench.process(captures.second ?? '') && 'its sleep',
        bench.mounts(1).some(({ at }) => at.startsWith(`${home}/two/`)) && 'a mount',
        place(bench, `${home}/two`) && 'its directory',
      ].filter(Boolean)
      const noted = fileOf(bench, 'before')
      const all = everything(bench, base)
      const changed = all.filter(({ ctimeMs }) => noted === undefined || ctimeMs >= noted.ctimeMs).length
      return {
        ok: was && left.length === 0 && changed === 0 && all.length > 10,
        expected: 'nothing left of it; 0 files of the base have changed',
        saw: `${left.join(', ') || 'nothing'} left of it; ${changed} files of the base have changed`,
        why: 'The kernel notes for each file when anything of it was changed. For all of them, that was before the first overlay.',
      }
    },
  },

  built: {
    claims: ['O1', 'O8'],
    look(bench, captures) {
      const built = bench.process(captures.built ?? '')
      const layers = layersOf(at(bench, built, '/')?.mount)
      const [init, ...order] = layers?.lower.map(nameOf) ?? []
      const files = ['hosts', 'hostname', 'resolv.conf'].filter((name) => {
        const mount = at(bench, built, `/etc/${name}`)?.mount
        return mount !== undefined && mount.id !== layers?.mount.id && mount.at === `/etc/${name}`
      })
      const saw = `${[init, ...order].join(', ') || 'no layers'}; ${files.length} files of /etc mounted over them`
      const expected = 'init, sale, app, base; 3 files of /etc mounted over them'
      return {
        ok: built !== undefined && runs(built, '1003') && saw === expected && layers?.upper !== undefined,
        expected,
        saw: built ? saw : 'no sleep 1003',
        why: 'Its own list of mounts has the layers in their order. What differs from container to container lies on top.',
      }
    },
  },

  workdir: {
    claims: ['O2'],
    look(bench) {
      const layers = layersAt(bench, '/mnt')
      const { upper = '', work = '' } = layers ?? {}
      const one = place(bench, upper)?.mount?.id
      const same = one !== undefined && place(bench, work)?.mount?.id === one
      const beside = !`${work}/`.startsWith(`${upper}/`) && !`${upper}/`.startsWith(`${work}/`)
      const used = (namesIn(bench.view, 1, work) ?? []).includes('work')
      return {
        ok: layers !== undefined && same && beside && used,
        expected: 'upper and work on one mount, side by side',
        saw: layers
          ? `upper and work on ${same ? 'one mount' : 'two mounts'}, ${beside ? 'side by side' : 'one in the other'}`
          : 'no overlay at /mnt',
        why: 'It is the same upper in all four lines. Only the place of the work directory was different.',
      }
    },
  },

  limits: {
    claims: ['O10'],
    look(bench) {
      const [three, bare, foreign] = [`${home}/three/root`, '/srv', '/mnt'].map((path) =>
        layersAt(bench, path),
      )
      const map = bench.ids(1)?.uidMap ?? []
      const owner = readStat(`${bench.view.proc}/1/root/usr/bin/env`)?.uid
      const stranger =
        foreign?.lower.join() === '/usr' &&
        owner !== undefined &&
        !map.some(({ outside, count: many }) => outside <= owner && owner < outside + many) &&
        !place(bench, `${foreign.upper}/bin/env`)
      const whites = namesIn(bench.view, 1, `${home}/bare/upper/srv/log`) ?? []
      const stuck =
        bare?.userxattr === false && whites.length === 2 && place(bench, '/srv/srv/log')?.kind === 'directory'
      return {
        ok: three?.userxattr === true && stuck && stranger,
        expected:
          'with userxattr: a container; without: a directory that stays; a stranger’s file, not copied',
        saw: `with userxattr: ${three?.userxattr ? 'a container' : 'nothing'}; without: ${stuck ? 'a directory that stays' : 'nothing of the kind'}; a stranger’s file, ${stranger ? 'not copied' : 'copied'}`,
        why: 'The overlay acts with the rights of whoever has mounted it, and those end where the user namespace ends.',
      }
    },
  },

  forgotten: {
    claims: ['O4', 'O7'],
    look(bench) {
      const below = bench.read(`${base}/etc/password`)?.trim() === 'oak4stave'
      return task(
        bench,
        '2001',
        'a root over ~/base without etc/password; in ~/base it is there',
        (layers, one) => {
          const over = is(bench, layers?.lower.at(-1), base)
          const seen = at(bench, one, '/etc/password') !== undefined
          const saw = `${over ? 'a root over ~/base' : 'another root'} ${seen ? 'with' : 'without'} etc/password; in ~/base it is ${below ? 'there' : 'gone'}`
          if (!below) return { saw, lacks: 'It is missing in ~/base, where all containers would miss it.' }
          if (!over) return { saw, lacks: 'Its root must be an overlay, with ~/base as the lowest layer.' }
          return { saw, lacks: seen ? 'The password can still be read there.' : undefined }
        },
      )
    },
  },

  restored: {
    claims: ['O4', 'O3'],
    look(bench) {
      const expected = '~/upper as upper, a greeting of 2 lines, the password of ~/base'
      return task(bench, '2002', expected, (layers, one) => {
        const upper = is(bench, layers?.upper, `${home}/upper`)
        const read =
          at(bench, one, '/etc/motd') && is(bench, fromWhere(bench, layers, 'etc/motd'), `${home}/upper`)
        const lines = read ? (bench.read(`${home}/upper/etc/motd`)?.trim().split('\n').length ?? 0) : 0
        const shown = at(bench, one, '/etc/password')
        const from = shown && fromWhere(bench, layers, 'etc/password')
        const saw = `${upper ? '~/upper' : 'another directory'} as upper, a greeting of ${lines} lines, ${shown ? `the password of ${nameOf(from) ?? 'nowhere'}` : 'no password'}`
        if (!upper) return { saw, lacks: 'Its root must be an overlay, with ~/upper on top.' }
        if (lines !== 2) return { saw, lacks: 'The greeting has lost a line.' }
        if (!shown) return { saw, lacks: 'Something in ~/upper still says that there is no password.' }
        return { saw, lacks: is(bench, from, base) ? undefined : 'That is a copy, in another layer.' }
      })
    },
  },

  'new-image': {
    claims: ['O9'],
    look(bench) {
      const expected = '~/tag below, ~/base lowest; the price of ~/tag, no greeting'
      return task(bench, '2003', expected, (layers, one) => {
        const below = layers?.lower.some((dir) => is(bench, dir, `${home}/tag`)) ?? false
        const lowest = is(bench, layers?.lower.at(-1), base)
        const shown = at(bench, one, '/srv/price')
        const price = shown && fromWhere(bench, layers, 'srv/price')
        const greeting = at(bench, one, '/etc/motd') !== undefined
        const white = isWhiteout(place(bench, `${home}/tag/etc/motd`))
        const saw = `~/tag ${below ? 'below' : 'not below'}, ${lowest ? '~/base' : 'something else'} lowest; ${price ? `the price of ${nameOf(price)}` : 'no price'}, ${greeting ? 'a' : 'no'} greeting`
        if (!below || !lowest)
          return {
            saw,
            lacks: 'Among the lower directories of its root must be ~/tag, and ~/base at the end.',
          }
        if (!is(bench, price, `${home}/tag`)) return { saw, lacks: 'The price must come from ~/tag.' }
        if (!greeting && white) return { saw }
        return { saw, lacks: 'The greeting must be deleted in ~/tag, and so for whoever lies on it.' }
      })
    },
  },
})

/** An overlay, as its mount tells. */
interface Layers {
  mount: Mount
  /** The topmost first. */
  lower: string[]
  upper?: string
  work?: string
  userxattr: boolean
}

/** The overlay whose top is at a path of the host. */
function layersAt(bench: Bench, path: string): Layers | undefined {
  return layersOf(mountAt(bench.mounts(1), path))
}

/** Paths are as they were typed; in this lesson none has a colon or a comma in it. */
function layersOf(mount: Mount | undefined): Layers | undefined {
  if (mount?.type !== 'overlay') return undefined
  const option = (name: string) =>
    mount.superOptions.filter((one) => one.startsWith(`${name}=`)).map((one) => one.slice(name.length + 1))
  // A newer mount(8) has given them one by one, and the kernel lists them as it likes.
  const lower = [...option('lowerdir'), ...option('lowerdir+')].flatMap((list) => list.split(':'))
  const [upper] = option('upperdir')
  const [work] = option('workdir')
  return { mount, lower, upper, work, userxattr: mount.superOptions.includes('userxattr') }
}

/** The layer in which something is found first, from above; undefined when it is in none, or deleted. */
function fromWhere(bench: Bench, layers: Layers | undefined, path: string): string | undefined {
  const { upper, lower = [] } = layers ?? {}
  const dir = [...(upper ? [upper] : []), ...lower].find((one) => place(bench, `${one}/${path}`))
  return dir === undefined || isWhiteout(place(bench, `${dir}/${path}`)) ? undefined : dir
}

/** `app` for /root/app. */
const nameOf = (dir: string | undefined) => dir?.split('/').at(-1)

/** What is at a path of the host itself: a link or a device is not followed. */
function place(bench: Bench, path: string): Resolved | undefined {
  return resolvePath(bench.view, 1, path, { follow: false })
}

/** What a path means to a process. */
function at(bench: Bench, one: Process | undefined, path: string): Resolved | undefined {
  return one && resolvePath(bench.view, one.pid, path)
}

function is(bench: Bench, dir: string | undefined, other: string): boolean {
  return dir !== undefined && sameFile(place(bench, dir), place(bench, other))
}

function isWhiteout(found: Resolved | undefined): boolean {
  return found?.kind === 'character device' && found.opens?.major === 0 && found.opens.minor === 0
}

/** Size, blocks and times of a file below ~. */
function fileOf(bench: Bench, path: string) {
  return readStat(`${bench.view.proc}/1/root${home}/${path}`)
}

/** What a file takes of its disk, or of memory: in bytes, without its holes. */
function held(file: { blocks: number } | undefined): number {
  return (file?.blocks ?? 0) * 512
}

/** Everything below a directory, itself included. */
function everything(bench: Bench, dir: string): { ctimeMs: number }[] {
  const stat = fileOf(bench, dir.slice(home.length + 1))
  const names = place(bench, dir)?.kind === 'directory' ? (namesIn(bench.view, 1, dir) ?? []) : []
  return [...(stat ? [stat] : []), ...names.flatMap((name) => everything(bench, `${dir}/${name}`))]
}

/** Kilobytes of a program's beginning that are in memory, and the part of them that counts for this process. */
function partOf(bench: Bench, { pid }: Process): { all: number; part: number } | undefined {
  const first = readText(`${bench.view.proc}/${pid}/smaps`)?.split('VmFlags')[0] ?? ''
  const [all, part] = ['Rss', 'Pss'].map((name) => new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(first)?.[1])
  return all && part ? { all: Number(all), part: Number(part) } : undefined
}

const count = (names: string[] | undefined) => names?.length ?? 'no'

/** Whether a process is `sleep SECONDS`, by whatever path it was called. */
function runs(one: Process, seconds: string): boolean {
  return one.command.length === 2 && /^(.*\/)?sleep$/.test(one.command[0] ?? '') && one.command[1] === seconds
}

/** A task's check: any `sleep SECONDS` that nothing is missing from will do; else it speaks about the newest. */
function task(
  bench: Bench,
  seconds: string,
  expected: string,
  look: (layers: Layers | undefined, one: Process) => { saw: string; lacks?: string },
) {
  const tries = bench
    .processes()
    .filter((one) => runs(one, seconds))
    .map((one) => look(layersOf(at(bench, one, '/')?.mount), one))
  const best = tries.find(({ lacks }) => !lacks) ?? tries.at(-1)
  if (!best)
    return { ok: false, expected, saw: `no sleep ${seconds}`, why: 'Nothing of that name is running.' }
  return {
    ok: !best.lacks,
    expected,
    saw: best.saw,
    why: best.lacks ?? 'Done, and nothing below has changed.',
  }
}

import {
  type Bench,
  checks,
  isOpaque,
  isWhiteout,
  type Layers,
  layerOf,
  layers,
  layersThrough,
  layersUnder,
  mountAt,
  type Process,
} from '../../src/facts/index.ts'
import { namesIn, type Resolved, resolvePath, sameFile } from '../../src/facts/paths.ts'
import { readStat, readText } from '../../src/facts/read.ts'
import { type Attempt, anySleep, isSleep } from '../../src/facts/sleeps.ts'

const home = '/srv'
const base = `${home}/base`

export default checks({
  many: {
    claims: ['O1'],
    look(bench) {
      const found = layersAt(bench, `${home}/merged`)
      const from = (path: string) => {
        const dir = fromWhere(bench, found, path)
        const same = place(bench, `${home}/merged/${path}`)?.inode === place(bench, `${dir}/${path}`)?.inode
        return same ? nameOf(dir) : 'nowhere'
      }
      const saw = found
        ? `${found.lower.length} lower, ${found.upper ? 'an' : 'no'} upper; greeting of ${from('etc/motd')}, page of ${from('var/page')}, data of ${from('var/data')}`
        : 'no overlay at /srv/merged'
      const expected = '3 lower, no upper; greeting of season, page of app, data of base'
      return {
        ok: saw === expected,
        expected,
        saw,
        why: 'What is seen at /srv/merged has the inode of the file in that directory: nothing was copied.',
      }
    },
  },

  'copied-up': {
    claims: ['O3'],
    look(bench) {
      const [below, above] = ['base', 'upper'].map((dir) => fileOf(bench, `${dir}/var/data`))
      const [first, changed] = ['base', 'upper'].map((dir) =>
        bench.read(`${home}/${dir}/var/data`)?.slice(0, 6),
      )
      const noted = fileOf(bench, 'before')
      const kept = below !== undefined && noted !== undefined && below.ctimeMs < noted.ctimeMs
      const saw = `${megabytes(above)} above that begin with “${changed ?? ''}”; below ${megabytes(below)}, “${first ?? ''}”, ${kept ? 'never' : 'also'} changed`
      const expected = '20 MB above that begin with “Barrel”; below 20 MB, “barrel”, never changed'
      return {
        ok: saw === expected,
        expected,
        saw,
        why: 'Two whole files. The one below was last changed before there was an overlay.',
      }
    },
  },

  deleted: {
    claims: ['O4'],
    look(bench) {
      const found = layersAt(bench, `${home}/merged`)
      const names = ['etc/password', 'var/data']
      const whites = names.filter((name) => isWhite(bench, `${home}/upper/${name}`))
      const below = names.filter((name) => place(bench, `${base}/${name}`)?.kind === 'file')
      const seen = names.filter((name) => place(bench, `${home}/merged/${name}`))
      const whole = megabytes(fileOf(bench, 'base/var/data')) === '20 MB'
      return {
        ok:
          found?.upper === `${home}/upper` &&
          whites.length === 2 &&
          below.length === 2 &&
          seen.length === 0 &&
          whole,
        expected: '2 whiteouts, 2 files below, none of them to be seen; 20 MB as before',
        saw: `${whites.length} whiteouts, ${below.length} files below, ${seen.length || 'none'} of them to be seen; ${whole ? '20 MB as before' : 'fewer bytes than before'}`,
        why: 'To delete is to write something over it. What lies below has lost neither its name nor a byte.',
      }
    },
  },

  opaque: {
    claims: ['O5'],
    look(bench) {
      const seen = namesIn(bench.view, 1, `${home}/merged/var/log`)
      const above = namesIn(bench.view, 1, `${home}/upper/var/log`)
      const below = namesIn(bench.view, 1, `${base}/var/log`)
      const merged = layersAt(bench, `${home}/merged`)?.upper === `${home}/upper`
      const [log, etc] = ['var/log', 'etc']
        .map((name) => `${home}/upper/${name}`)
        .map((path) => place(bench, path) !== undefined && isOpaque(outside(bench, path)))
      const marked = log === etc ? 'both or neither' : log ? 'var/log' : 'etc'
      return {
        ok:
          merged && seen?.length === 0 && above?.length === 0 && below?.length === 2 && marked === 'var/log',
        expected: '2 names below, 0 whiteouts above, 0 names seen; opaque: var/log',
        saw: `${count(below)} names below, ${count(above)} whiteouts above, ${count(seen)} names seen; opaque: ${marked}`,
        why: 'No whiteout stands for the two. A mark on their directory stands for all that is below it.',
      }
    },
  },

  shared: {
    claims: ['O6'],
    look(bench, captures) {
      const [one, two] = [captures.first, captures.second].map((pid) => bench.process(pid ?? ''))
      const running = one !== undefined && two !== undefined && isSleep(one, '1001') && isSleep(two, '1002')
      const [above, other] = ['one', 'two'].map((name) => layersAt(bench, `${home}/${name}/root`))
      const apart =
        above?.upper !== undefined &&
        above.upper !== other?.upper &&
        above.lower.join() === other?.lower.join() &&
        rootOf(bench, one) === topOf(bench, 'one') &&
        rootOf(bench, two) === topOf(bench, 'two')
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
        const found = layersAt(bench, `${home}/${name}/root`)
        const mounted = sameFile(
          place(bench, `${home}/${name}/root/etc/hostname`),
          place(bench, `${home}/${name}/hostname`),
        )
        return mounted && found?.lower[0] === `${home}/init` && !place(bench, `${found.upper}/etc/hostname`)
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
      const found = layersAt(bench, `${home}/three/root`)
      const order = found?.lower.map(nameOf).join(', ')
      const greeting = nameOf(fromWhere(bench, found, 'etc/motd'))
      const [saved, origin] = ['sale', 'one/upper'].map((dir) => place(bench, `${home}/${dir}/etc/motd`))
      const copied = saved !== undefined && origin !== undefined && !sameFile(saved, origin)
      const gone =
        isWhite(bench, `${home}/sale/etc/password`) &&
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
      const found = layersAt(bench, `${home}/merged`)
      const packed = bench.read(`${home}/sale.tar`)?.includes('etc/.wh.password') ?? false
      const shown = place(bench, `${home}/merged/etc/password`) !== undefined
      const name = place(bench, `${home}/merged/etc/.wh.password`) !== undefined
      return {
        ok: packed && found?.lower[0] === `${home}/packed` && shown && name,
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
      const found = rootLayers(bench, built)
      const [init, ...order] = found?.lower.map(nameOf) ?? []
      const files = ['hosts', 'hostname', 'resolv.conf'].filter((name) => {
        const mount = at(bench, built, `/etc/${name}`)?.mount
        return mount?.at === `/etc/${name}` && mount.type !== 'overlay'
      })
      const saw = `${[init, ...order].join(', ') || 'no layers'}; ${files.length} files of /etc mounted over them`
      const expected = 'init, sale, app, base; 3 files of /etc mounted over them'
      return {
        ok: built !== undefined && isSleep(built, '1003') && saw === expected && found?.upper !== undefined,
        expected,
        saw: built ? saw : 'no sleep 1003',
        why: 'Its own list of mounts has the layers in their order. What differs from container to container lies on top.',
      }
    },
  },

  workdir: {
    claims: ['O2'],
    look(bench) {
      const found = layersAt(bench, '/mnt')
      const { upper = '', work = '' } = found ?? {}
      const one = place(bench, upper)?.mount?.id
      const same = one !== undefined && place(bench, work)?.mount?.id === one
      const beside = !`${work}/`.startsWith(`${upper}/`) && !`${upper}/`.startsWith(`${work}/`)
      const used = (namesIn(bench.view, 1, work) ?? []).includes('work')
      return {
        ok: found !== undefined && same && beside && used,
        expected: 'upper and work on one mount, side by side',
        saw: found
          ? `upper and work on ${same ? 'one mount' : 'two mounts'}, ${beside ? 'side by side' : 'one in the other'}`
          : 'no overlay at /mnt',
        why: 'It is the same upper in all four lines. Only the place of the work directory was different.',
      }
    },
  },

  limits: {
    claims: ['O10'],
    look(bench) {
      const [three, bare, foreign] = [`${home}/three/root`, '/home', '/mnt'].map((path) =>
        layersAt(bench, path),
      )
      const map = bench.ids(1)?.uidMap ?? []
      const owner = readStat(outside(bench, '/usr/bin/env'))?.uid
      const stranger =
        foreign?.lower.join() === '/usr' &&
        owner !== undefined &&
        !map.some((range) => range.outside <= owner && owner < range.outside + range.count) &&
        !place(bench, `${foreign.upper}/bin/env`)
      const whites = namesIn(bench.view, 1, `${home}/bare/upper/var/log`) ?? []
      const stuck =
        bare?.userxattr === false &&
        whites.length === 2 &&
        place(bench, '/home/var/log')?.kind === 'directory'
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
        'a root over /srv/base without etc/password; in /srv/base it is there',
        (found, one) => {
          const over = is(bench, found?.lower.at(-1), base)
          const seen = at(bench, one, '/etc/password') !== undefined
          const saw = `${over ? 'a root over /srv/base' : 'another root'} ${seen ? 'with' : 'without'} etc/password; in /srv/base it is ${below ? 'there' : 'gone'}`
          if (!below) return { saw, lacks: 'It is missing in /srv/base, where all containers would miss it.' }
          if (!over) return { saw, lacks: 'Its root must be an overlay, with /srv/base as the lowest layer.' }
          return { saw, lacks: seen ? 'The password can still be read there.' : undefined }
        },
      )
    },
  },

  restored: {
    claims: ['O4', 'O3'],
    look(bench) {
      const expected = '/srv/upper as upper, a greeting of 2 lines, the password of /srv/base'
      return task(bench, '2002', expected, (found, one) => {
        const upper = is(bench, found?.upper, `${home}/upper`)
        const read =
          at(bench, one, '/etc/motd') && is(bench, fromWhere(bench, found, 'etc/motd'), `${home}/upper`)
        const lines = read ? (bench.read(`${home}/upper/etc/motd`)?.trim().split('\n').length ?? 0) : 0
        const shown = at(bench, one, '/etc/password')
        const from = shown && fromWhere(bench, found, 'etc/password')
        const saw = `${upper ? '/srv/upper' : 'another directory'} as upper, a greeting of ${lines} lines, ${shown ? `the password of ${nameOf(from) ?? 'nowhere'}` : 'no password'}`
        if (!upper) return { saw, lacks: 'Its root must be an overlay, with /srv/upper on top.' }
        if (lines !== 2) return { saw, lacks: 'The greeting has lost a line.' }
        if (!shown) return { saw, lacks: 'Something in /srv/upper still says that there is no password.' }
        return { saw, lacks: is(bench, from, base) ? undefined : 'That is a copy, in another layer.' }
      })
    },
  },

  'new-image': {
    claims: ['O9'],
    look(bench) {
      const expected = '/srv/tag below, /srv/base lowest; the price of /srv/tag, no greeting'
      return task(bench, '2003', expected, (found, one) => {
        const below = found?.lower.some((dir) => is(bench, dir, `${home}/tag`)) ?? false
        const lowest = is(bench, found?.lower.at(-1), base)
        const shown = at(bench, one, '/var/price')
        const price = shown && fromWhere(bench, found, 'var/price')
        const greeting = at(bench, one, '/etc/motd') !== undefined
        const white = isWhite(bench, `${home}/tag/etc/motd`)
        const saw = `/srv/tag ${below ? 'below' : 'not below'}, ${lowest ? '/srv/base' : 'something else'} lowest; ${price ? `the price of ${nameOf(price)}` : 'no price'}, ${greeting ? 'a' : 'no'} greeting`
        if (!below || !lowest)
          return {
            saw,
            lacks: 'Among the lower directories of its root must be /srv/tag, and /srv/base at the end.',
          }
        if (!is(bench, price, `${home}/tag`)) return { saw, lacks: 'The price must come from /srv/tag.' }
        if (!greeting && white) return { saw }
        return { saw, lacks: 'The greeting must be deleted in /srv/tag, and so for whoever lies on it.' }
      })
    },
  },
})

/** The overlay whose top is at a path of the host. */
function layersAt(bench: Bench, path: string): Layers | undefined {
  return layers(bench.view, 1, path)
}

/** The overlay that a process has as its root, wherever it has its mounts. */
function rootLayers(bench: Bench, one: Process | undefined): Layers | undefined {
  const mount = at(bench, one, '/')?.mount
  return mount && layersUnder(mount)
}

/** The directory in which something is found, of those of an overlay; undefined when it is in none, or deleted. */
function fromWhere(bench: Bench, found: Layers | undefined, path: string): string | undefined {
  const root = outside(bench, '')
  return found && layerOf(layersThrough(root, found), path)?.slice(root.length)
}

/** How a path of the host is spelled from here. */
const outside = (bench: Bench, path: string) => `${bench.view.proc}/1/root${path}`

/** Which mount is the root of a process, and which one lies on top of a container's root. */
const rootOf = (bench: Bench, one: Process | undefined) => at(bench, one, '/')?.mount?.id
const topOf = (bench: Bench, name: string) => mountAt(bench.mounts(1), `${home}/${name}/root`)?.id ?? 'none'

/** `app` for /srv/app. */
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

function isWhite(bench: Bench, path: string): boolean {
  return place(bench, path) !== undefined && isWhiteout(outside(bench, path))
}

/** Size and times of a file below /srv. */
function fileOf(bench: Bench, path: string) {
  return readStat(outside(bench, `${home}/${path}`))
}

const megabytes = (file: { size: number } | undefined) => `${Math.round((file?.size ?? 0) / 1024 ** 2)} MB`

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

function task(
  bench: Bench,
  seconds: string,
  expected: string,
  look: (found: Layers | undefined, one: Process) => Attempt,
) {
  return anySleep(bench, seconds, { expected, done: 'Done, and nothing below has changed.' }, (one) =>
    look(rootLayers(bench, one), one),
  )
}

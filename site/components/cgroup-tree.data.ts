import { hybrid } from '../../src/container/cgroup/hybrid.ts'
import type { BoxGroup } from '../../src/container/cgroup/version.ts'

export interface Tree {
  mount: string
  /** What a group in it is limited to, as it stands in its files. */
  limits: { file: string; text: string }[]
}

declare const data: Record<'v1' | 'v2', Tree[]>

export { data }

const controllers = ['memory', 'cpu', 'pids']
const limits = { memory: 64 * 1024 ** 2, cpus: 0.5, pids: 100 }

/** The same limits in both versions, in the words of the piece that writes them. */
export default {
  load: () => ({
    v1: controllers.map((name) => tree(1, `/sys/fs/cgroup/${name}`, [name])),
    v2: [tree(2, '/sys/fs/cgroup', controllers)],
  }),
}

function tree(version: BoxGroup['version'], mount: string, here: string[]): Tree {
  const group = { version, controllers: here, mount, top: mount, at: `${mount}/box` }
  const written = hybrid.limit({ groups: [group], limits })
  return { mount, limits: written.map(({ args }) => args as Tree['limits'][number]) }
}

import type { Act } from '../../kernel/index.ts'
import type { Call } from '../piece.ts'
import type { Limits } from './controller.ts'

/** A control group of a container in one hierarchy. */
export interface BoxGroup {
  version: 1 | 2
  /** Of version 1 those of the hierarchy; of version 2 those that are limited in it. */
  controllers: string[]
  /** Where the hierarchy is mounted: `/sys/fs/cgroup/memory`. */
  mount: string
  /** The nearest group above it that is not ours to remove. */
  top: string
  /** Its directory. */
  at: string
}

/** All that a container's control groups are about. */
export interface BoxGroups {
  groups: BoxGroup[]
  limits: Limits
  /** Whom they are handed to; absent: nobody. */
  owner?: { uid: number; gid: number }
  /** A workbench's: what is inside may make groups of its own, below. */
  open?: boolean
  /** Where we stand aside ourselves: version 2 shares out controllers only from groups without processes. */
  aside?: BoxGroup
}

/** What is done with a group; each version has its way. */
export interface Version {
  make(group: BoxGroup, owner?: BoxGroups['owner']): Call[]
  limit(group: BoxGroup, limits: Limits): Call[]
  /**
   * Brings the child in, where it is not born in it. It may go by itself as long as it is the user who made the group.
   */
  add(group: BoxGroup, byItself: boolean): Call[]
  freeze(group: BoxGroup, stop: boolean): Act[]
  remove(group: BoxGroup): Act[]
}

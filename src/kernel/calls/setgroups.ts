import { type Cause, type Sight, verb } from './verb.ts'

/** setgroups(2): the supplementary groups, often none. */
export interface SetgroupsArgs {
  groups: number[]
}

function denied(_: SetgroupsArgs, sight: Sight): Cause {
  return sight.proc('setgroups').trim() === 'deny'
    ? {
        because:
          'setgroups is denied in this user namespace, as it must be where an unprivileged user wrote gid_map',
      }
    : { because: 'CAP_SETGID is needed, and a written gid_map' }
}

// #region call
export const setgroups = verb<SetgroupsArgs>({
  encode: ({ groups }) => ['setgroups', ...groups],
  say: ({ groups }) => `setgroups(${groups.length}, [${groups.join(', ')}])`,
  shell: ({ groups }) => (groups.length ? `setpriv --groups ${groups.join(',')}` : 'setpriv --clear-groups'),
  causes: { EPERM: denied },
})
// #endregion call

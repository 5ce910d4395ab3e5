import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { projectFile } from '../../../src/kernel/index.ts'
import { thisMachine } from '../../../src/workbench/probes/machine.ts'
import type { Finding } from '../../../src/workbench/probes.ts'

// The kernel itself, made to refuse: in a namespace of our own its limits can be lowered and its /proc masked, and
// the machine notices nothing.
const inside = process.platform === 'linux' && (await thisMachine().tryClone(['user'])).errno === 0

describe.runIf(inside)('a real kernel that refuses', () => {
  const script = (names: string[]) => `
    import { probe } from ${JSON.stringify(projectFile('src/workbench/probes.ts'))}
    const results = {}
    for (const name of ${JSON.stringify(names)}) results[name] = await probe(name).look()
    console.log(JSON.stringify(results))`

  function within(prepare: string, ...names: string[]): Record<string, Finding> {
    const node = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', script(names)]
    const printed = execFileSync(
      thisMachine().which('unshare')!,
      ['--user', '--map-root-user', '--mount', 'sh', '-c', `${prepare} && exec "$@"`, 'sh', ...node],
      { encoding: 'utf8', env: { ...process.env, TSX_DISABLE_CACHE: '1' } },
    )
    return JSON.parse(printed) as Record<string, Finding>
  }

  test('a limit of zero', () => {
    const found = within('echo 0 > /proc/sys/user/max_user_namespaces', 'user-namespaces', 'proc-mount')
    expect(found['user-namespaces']?.found).toBe(
      'user.max_user_namespaces = 0 (clone(CLONE_NEWUSER): ENOSPC, No space left on device)',
    )
    expect(found['proc-mount']).toMatchObject({
      ok: false,
      why: 'this machine allows no user namespaces at all',
    })
  })

  test('a limit of zero for one kind', () => {
    const found = within('echo 0 > /proc/sys/user/max_net_namespaces', 'namespaces', 'user-namespaces')
    expect(found.namespaces?.found).toBe('user.max_net_namespaces = 0')
    expect(found['user-namespaces']?.ok).toBe(true)
  })

  test('a masked /proc, as docker makes it', () => {
    const found = within('mount --bind /dev/null /proc/interrupts', 'proc-mount', 'user-namespaces')
    expect(found['proc-mount']?.found).toContain('EPERM')
    expect(found['proc-mount']?.why).toContain('/proc/interrupts')
    expect(found['user-namespaces']?.ok).toBe(true)
  })

  test('root of a user namespace is not the real one', () => {
    expect(within('true', 'real-root')['real-root']?.found).toBe('root of a user namespace')
  })
})

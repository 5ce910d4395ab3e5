import { describe, expect, test } from 'vitest'
import { itself, start } from '../../facts/box.ts'
import { cooper } from '../../support/cooper.ts'
import { inspected, names, truth } from './inspected.ts'

describe('what is no container', () => {
  test('this process shares everything with its inspector, and nothing is judged', async () => {
    const report = await inspected(process.pid)
    expect(report.namespaces).toMatchObject(truth(process.pid))
    expect(report).toMatchObject({ contained: false, weak: [], mounts: null, links: null, unread: [] })
    const { stdout } = await cooper(['inspect', String(process.pid)])
    expect(stdout).not.toContain('┌')
    expect(stdout).toContain('not a container')
  })

  test.skipIf(process.getuid!() !== 0)(
    'root with a tree of its own is privileged (skipped without root)',
    async () => {
      const { pid } = await start(['unshare', '-m', 'sleep', '1000'], itself('sleep'))
      const { weak } = await inspected(pid)
      expect(names(weak)[0]).toBe('privileged')
      expect(names(weak)).toContain('shared-pid')
      expect(names(weak)).not.toContain('capabilities')
      const fewer = await start(
        ['unshare', '-m', 'setpriv', '--bounding-set=-all,+sys_module,+chown', 'sleep', '1000'],
        itself('sleep'),
      )
      const less = await inspected(fewer.pid)
      expect(names(less.weak)).not.toContain('privileged')
      expect(less.weak.find(({ name }: { name: string }) => name === 'capabilities').says).toBe(
        'CAP_SYS_MODULE: it may load code into the kernel',
      )
    },
  )
})

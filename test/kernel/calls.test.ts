import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectFile, type VerbName, verbOf, verbs, word } from '../../src/kernel/index.ts'
import { folder } from '../support/folder.ts'
import { table } from './calls/table.ts'

describe.each(table.map(([act, said, typed, encoded]) => ({ name: said, act, said, typed, encoded })))(
  '$name',
  ({ act, said, typed, encoded }) => {
    test('is said, typed and encoded', () => {
      const verb = verbOf(act)
      expect([verb.say(act.args), verb.shell(act.args), verb.encode?.(act.args)]).toEqual([
        said,
        typed,
        encoded,
      ])
    })

    test('is one command of a shell', () => {
      expect(spawnSync('sh', ['-n', '-c', typed], { encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      })
    })
  },
)

test('every call is in this table', () => {
  expect([...new Set(table.map(([act]) => act.do))].sort()).toEqual(Object.keys(verbs).sort())
})

test('the addon knows what the verbs encode, and nothing else', () => {
  const source = readFileSync(projectFile('native/calls.cc'), 'utf8')
  const known = [...source.matchAll(/^ {4}\{"(\w+)",/gm)].map(([, name]) => name!)
  // `inherit` is for programs of ours alone (src/kernel/proxy.ts): no plan asks for it.
  const asked = table.flatMap(([, , , encoded]) => (encoded ? [String(encoded[0])] : []))
  expect(known.sort()).toEqual([...new Set([...asked, 'inherit'])].sort())
})

test('a call is in a file of its own name', () => {
  const fileOf = (verb: string) => `${verb.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`
  for (const verb of Object.keys(verbs) as VerbName[]) {
    const file = projectFile('src/kernel/calls', fileOf(verb))
    expect(readFileSync(file, 'utf8')).toContain(`export const ${verb} = verb<`)
  }
})

test('what is typed survives any text', () => {
  const dir = folder()
  for (const text of ['', "it's", '$HOME `id` "x" \\', 'a\nb', '-n', '%s%d', '容器']) {
    const at = join(dir, `${text.replaceAll('/', '')}.file`)
    const args = { at, text }
    const line = `umask 022; ${verbs.write.shell(args)}; cat ${word(at)}; ${verbs.unlink.shell({ at })}; test ! -e ${word(at)}`
    expect(spawnSync('sh', ['-c', line], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: text })
  }
})

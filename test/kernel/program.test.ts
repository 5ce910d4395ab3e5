import { readdirSync } from 'node:fs'
import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { runProgram } from '../../src/kernel/index.ts'

test('reads what it is given, and what it writes is told apart', async () => {
  const told = await runProgram(['sh', '-c', 'tr a-z A-Z; echo no >&2; exit 3'], 'some text\n')
  expect(told).toEqual({ code: 3, output: 'SOME TEXT\n', said: 'no\n' })
})

test('without an input it finds the end of one', async () => {
  expect(await runProgram(['cat'])).toEqual({ code: 0, output: '', said: '' })
})

test('a megabyte each way waits for nobody', async () => {
  const much = 'x'.repeat(2 ** 20)
  const { output } = await runProgram(['cat'], much)
  expect(output).toBe(much)
})

test('its environment is what it is given', async () => {
  const { output } = await runProgram(['sh', '-c', 'echo "$ONE"'], '', { PATH: process.env.PATH, ONE: 'two' })
  expect(output).toBe('two\n')
})

test('ended by a signal, its status is that of a shell', async () => {
  const { code } = await runProgram(['sh', '-c', 'kill -TERM $$'])
  expect(code).toBe(128 + constants.signals.SIGTERM)
})

test('what is not there says so as the kernel does', async () => {
  await expect(runProgram(['no-such-program'])).rejects.toMatchObject({ errno: constants.errno.ENOENT })
})

test('many at once, each with its own texts; no descriptor stays', async () => {
  const open = () => readdirSync('/proc/self/fd').length
  const many = Array.from({ length: 20 }, (_, nth) => `number ${nth}`)
  const round = async () => {
    const told = await Promise.all(many.map((text) => runProgram(['cat'], text)))
    expect(told.map(({ output }) => output)).toEqual(many)
    // The threads that made them end a little later.
    await new Promise((done) => setTimeout(done, 100))
    return open()
  }
  const first = await round()
  expect(await round()).toBe(first)
})

import { closeSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { machine, namespaces } from '../../src/facts/index.ts'
import { placeOf, Terminal, type Typed } from '../../src/workbench/index.ts'
import { sleep, within } from '../support/child.ts'
import { type Opened, openBench } from '../support/open-bench.ts'

let open: Opened
let names = 0
let terminal: Terminal
beforeAll(async () => {
  open = await openBench()
})
afterAll(() => open.close())
// A shell that one test leaves in a corner is not the next one's.
beforeEach(async () => {
  terminal = await open.terminal(`t${names++}`)
  return () => terminal.close()
})

const type = (line: string): Promise<Typed> => terminal.type(line)
const ready = (output: string, status = 0): Typed => ({ output, status, prompt: 'ready' })

describe('one line', () => {
  test.each([
    ['true', '', 0],
    ['false', '', 1],
    ['echo one; echo two', 'one\ntwo\n', 0],
    ['printf "no end of line"', 'no end of line', 0],
    ['(exit 42)', '', 42],
    ['no-such-program', 'bash: no-such-program: command not found\n', 127],
    ['echo "two  spaces" \'$HOME\'', 'two  spaces $HOME\n', 0],
    ['', '', 0],
    ['printf "a\\tb\\n"', 'a\tb\n', 0],
    ['echo é容器', 'é容器\n', 0],
    ["echo '$ '", '$ \n', 0],
    ['printf "\\033[31mred\\033[0m\\n"', 'red\n', 0],
    ['printf "10%%\\r20%%\\n"', '20%\n', 0],
    ['echo error >&2', 'error\n', 0],
    ['env | grep -c PS', '3\n', 0],
    ['cat ~/.bashrc | wc -l | grep -c .', '1\n', 0],
    ['stty size', '24 80\n', 0],
  ])('%s', async (line, output, status) => {
    expect(await type(line)).toEqual(ready(output, status))
  })

  test('longer than the terminal is wide', async () => {
    const words = Array.from({ length: 60 }, (_, i) => `word${i}`).join(' ')
    expect(await type(`echo ${words}`)).toEqual(ready(`${words}\n`))
    const exactly = `echo ${'x'.repeat(80 - 'echo $ '.length)}`
    expect((await type(exactly)).output).toBe(`${exactly.slice(5)}\n`)
  })

  test('what prints the prompts themselves is no prompt', async () => {
    for (const line of ['env', 'set', 'export -p', 'cat ~/.bashrc', 'declare -p PS1 PS2']) {
      const { prompt, status } = await type(line)
      expect([line, prompt, status]).toEqual([line, 'ready', 0])
    }
    expect(await type('echo in step')).toEqual(ready('in step\n'))
  })

  test('much output: two megabytes, all of it, in order', async () => {
    const { output, prompt } = await type('seq 300000')
    const lines = output.trimEnd().split('\n')
    expect(prompt).toBe('ready')
    expect(lines.length).toBe(300000)
    expect([lines[0], lines[123455], lines.at(-1)]).toEqual(['1', '123456', '300000'])
  })

  test('a hundred lines one after the other stay in step', async () => {
    for (let i = 0; i < 100; i++) expect(await type(`echo ${i}; (exit ${i})`)).toEqual(ready(`${i}\n`, i))
  })
})

describe('more than one line', () => {
  test('a loop, a function, a here-document', async () => {
    expect(await type('for i in 1 2; do')).toEqual({ output: '', prompt: 'more' })
    expect(await type('echo $i')).toEqual({ output: '', prompt: 'more' })
    expect(await type('done')).toEqual(ready('1\n2\n'))
    expect((await type('cat <<end')).prompt).toBe('more')
    expect((await type('in here')).prompt).toBe('more')
    expect(await type('end')).toEqual(ready('in here\n'))
    expect((await type('echo one \\')).prompt).toBe('more')
    expect(await type('two')).toEqual(ready('one two\n'))
  })

  test('a quote that was not closed', async () => {
    expect((await type('echo "a')).prompt).toBe('more')
    expect(await type('b"')).toEqual(ready('a\nb\n'))
  })
})

describe('programs that read', () => {
  test('cat: each line comes back, and ^D ends it', async () => {
    expect((await type('cat')).prompt).toBe('none')
    const { output, prompt } = await type('hello')
    expect([output, prompt]).toEqual(['hello\n', 'none'])
    expect(await type('^D')).toEqual(ready(''))
  })

  test('read of the shell itself', async () => {
    expect((await type('read -r line')).prompt).toBe('none')
    expect((await type('some text')).prompt).toBe('ready')
    expect(await type('echo "$line"')).toEqual(ready('some text\n'))
  })

  test('^C of what runs', async () => {
    const running = terminal.type('sleep 100')
    await sleep(150)
    terminal.write('\x03')
    const { prompt, status } = await running
    expect([prompt, status]).toEqual(['ready', 130])
    expect(await type('echo on')).toEqual(ready('on\n'))
  })
})

describe('jobs', () => {
  test('what runs in the background does not hold the prompt, and its end is not told', async () => {
    expect((await type('sleep 0.2 &')).prompt).toBe('ready')
    expect(await type('jobs | wc -l')).toEqual(ready('1\n'))
    await sleep(300)
    expect(await type('echo next')).toEqual(ready('next\n'))
    expect(await type('kill %1 2>/dev/null; echo after')).toEqual(ready('after\n'))
  })

  test('^Z and fg', async () => {
    const running = terminal.type('sleep 0.4')
    await sleep(150)
    terminal.write('\x1a')
    expect((await running).status).toBe(148)
    expect((await type('fg')).status).toBe(0)
  })
})

const nests = [
  ['bash', 'exit'],
  ['bash --norc', 'exit'],
  ['sh', 'exit'],
  ['dash -i', 'exit'],
  ['unshare --pid --fork --mount-proc bash', 'exit'],
  ['unshare --user --map-root-user --mount --pid --fork bash', 'exit'],
  ['unshare --uts sh', 'exit'],
  ['nsenter -t 1 -m -p bash', 'exit'],
  ['chroot / bash', 'exit'],
  ['setsid -w bash', 'exit'],
] as const

describe('a shell in the shell', () => {
  test.each(nests)('%s', async (line, leave) => {
    expect((await type(line)).prompt).toBe('ready')
    expect(await type('echo inside')).toEqual(ready('inside\n'))
    expect(await type('(exit 3)')).toEqual(ready('', 3))
    expect(await type(leave)).toMatchObject({ prompt: 'ready', status: 3 })
    expect(await type('echo outside')).toEqual(ready('outside\n'))
  })

  test('five of them, one in the other', async () => {
    for (const line of ['bash', 'sh', 'unshare --pid --fork --mount-proc bash', 'dash', 'exec bash']) {
      expect([line, (await type(line)).prompt]).toEqual([line, 'ready'])
      expect(await type('echo $((6 * 7))')).toEqual(ready('42\n'))
    }
    for (let i = 0; i < 4; i++) expect((await type('exit')).prompt).toBe('ready')
    expect(await type('echo out')).toEqual(ready('out\n'))
  })

  test('the last one ended: no prompt any more, and the terminal has ended', async () => {
    expect((await type('exit 5')).prompt).toBe('none')
    expect(await terminal.exit).toEqual({ code: 5, signal: 0 })
    await within(1000, () => terminal.ended)
    expect(terminal.ended).toBe(true)
    expect((await type('echo to nobody')).prompt).toBe('none')
  })
})

describe('the innermost shell', () => {
  const name = () => `t${names - 1}`
  const inner = () => open.workbench.bench.shell(name())!
  const number = async () => Number((await type(`awk '/^NSpid/ {print $NF}' /proc/self/status`)).output)

  test('is the first one, one in it, and the first again', async () => {
    const first = inner().pid
    expect((await type('echo $$')).output).toBe(`${first}\n`)
    await type('bash')
    const second = inner().pid
    expect(second).not.toBe(first)
    expect((await type('echo $$')).output).toBe(`${second}\n`)
    await type('sleep 0.3 &')
    expect(inner().pid).toBe(second)
    await type('exit')
    expect(inner().pid).toBe(first)
  })

  test('is above a program in the foreground', async () => {
    const shell = inner().pid
    await type('cat')
    expect(inner().pid).toBe(shell)
    await type('^D')
  })

  test('of a nested PID namespace is process 1 there; after a second one, that one’s', async () => {
    for (let depth = 2; depth < 4; depth++) {
      await type('unshare --pid --fork --mount-proc bash')
      expect((await type('echo $$')).output).toBe('1\n')
      expect(inner().nspid.slice(-1)).toEqual([1])
      expect(inner().nspid.length).toBe(depth)
    }
    expect(await number()).toBeGreaterThan(1)
  })

  test('is where another terminal can be opened: its namespaces, root and directory', async () => {
    await type('unshare --uts --pid --fork --mount-proc bash')
    await type('hostname inner; cd /var/log')
    const check = async (line: string, output: string) => {
      const place = placeOf(open.workbench.holder, terminal.pid)
      const other = await Terminal.open(place)
      for (const fd of [place.root, place.cwd]) if (fd !== undefined) closeSync(fd)
      expect(await other.type(line)).toEqual(ready(output))
      expect(namespaces(machine, other.pid).uts).toEqual(namespaces(machine, place.pid).uts)
      other.close()
    }
    await check('hostname; pwd; cat /proc/1/comm', 'inner\n/var/log\nbash\n')
    // A root without /dev, for which no terminal could be opened.
    await type('chroot /usr bash')
    await type('cd /share')
    await check('pwd; test -e /dev; echo $?; uname -n', '/share\n1\ninner\n')
  })
})

import { describe, expect, test } from 'vitest'
import { renderCode, renderMarkdown } from '../../../src/cli/look/markdown.ts'
import { plain, width } from '../../../src/cli/look/width.ts'

const lesson = `# A process of its own

You ran \`ps -e | wc -l\` and saw **every** process of the machine — *all* of them. See
[mount namespaces](../02-mnt/lesson.md), [the manual](https://man7.org/linux/man-pages/man7/pid_namespaces.7.html)
and [the piece](../../src/container/pid.ts); [above](#leak).
一个容器就是一个普通的进程，只是内核让它看到的世界不同。「它」不是虚拟机（没有第二个内核）。

Two lines\\
by hand.

## What \`unshare\` does

- one call
- a longer item, which goes on for so long that it has to be wrapped on any terminal there is, really
  - nested, with \`unshare --pid --fork --mount-proc bash\` in it
    1. deep
    2. deeper

9. nine
10. ten

    A second paragraph of ten.

> A container is a process that was told a different story.
>
> \`\`\`ts
> const told = true
> \`\`\`

::: tip Did you know
A tip.

::: warning
And one in it.
:::
:::

### A table

| flag | what it makes | since |
|:--|:-:|--:|
| \`CLONE_NEWPID\` | a PID namespace: the child is process 1 in it, and sees only what it made itself | 2.6.24 |
| \`CLONE_NEWNS\` | a mount namespace | 2.4.19 |

<!-- nobody sees this -->

---

\`\`\`console step=unshare on=box
$ unshare --pid --fork --mount-proc bash -c 'echo "this line is longer than any terminal of eighty columns is"'
1
\`\`\`
`

/** Lines of code and words without a space may be wider than the page; nothing else may. */
function tooWide(rendered: string, columns: number): string[] {
  return rendered
    .split('\n')
    .filter((line) => width(line) > columns)
    .map(plain)
    .filter((line) => !/^(?:│ |\| )?\s{2}\S/.test(line) && /\s/.test(line.trim()))
}

describe('a lesson', () => {
  for (const columns of [40, 80, 120]) {
    for (const colour of [true, false]) {
      for (const unicode of [true, false]) {
        const name = `${columns} columns, ${colour ? '' : 'no '}colour, ${unicode ? '' : 'no '}unicode`
        test(name, async () => {
          const rendered = await renderMarkdown(lesson, { width: columns, colour, unicode })
          expect(rendered).toMatchSnapshot()
          expect(tooWide(rendered, columns)).toEqual([])
          expect(rendered.includes('\x1b')).toBe(colour)
          if (!unicode)
            expect(plain(rendered).replace(/\p{scx=Han}|[，。（）「」]/gu, '')).toMatch(/^[\p{ASCII}]*$/u)
        })
      }
    }
  }

  test('colours end with their line, so that a pager or a second column is not stained', async () => {
    const rendered = await renderMarkdown(lesson, { width: 40, colour: true, unicode: true })
    for (const line of rendered.split('\n')) {
      const open = new Set<string>()
      for (const [, code = ''] of line.matchAll(/\x1b\[(\d+)m/g)) {
        if (code === '22') open.delete('1').valueOf() || open.delete('2')
        if (code === '23') open.delete('3')
        if (code === '24') open.delete('4')
        if (code === '39') for (const colour of [...open]) if (Number(colour) >= 30) open.delete(colour)
        if (!['22', '23', '24', '39'].includes(code)) open.add(code)
      }
      expect([...open], line).toEqual([])
    }
  })
})

describe('pieces', () => {
  const page = { width: 40, colour: false, unicode: true }
  const render = (markdown: string, columns = 40) => renderMarkdown(markdown, { ...page, width: columns })

  test('code is not torn when it fits a line', async () => {
    const rendered = await render('You type `unshare --pid --fork --mount-proc` now.')
    expect(rendered.split('\n')).toContain('‘unshare --pid --fork --mount-proc’ now.')
  })

  test('code that fits no line is', async () => {
    const rendered = await render('See `unshare --pid --fork --mount-proc bash --norc -i`.')
    expect(rendered.split('\n').every((line) => width(line) <= 40)).toBe(true)
    expect(rendered.split('\n').length).toBe(2)
  })

  test('code that only fits without its comma is too', async () => {
    const rendered = await render('`aaaaaaaaaa bbbbbbbbbb ccccccccc ddddd`, and')
    expect(rendered.split('\n').every((line) => width(line) <= 40)).toBe(true)
  })

  test('an address stays whole', async () => {
    const address = 'https://example.org/a/very/long/address/that/nobody/can/wrap'
    expect((await render(`Go to <${address}> now.`)).split('\n')).toContain(address)
  })

  test('links: sibling lessons by name, files by path, places on the page by their text', async () => {
    expect(await render('[mounts](../02-mnt/lesson.md#break-it)')).toBe('mounts (lesson mnt)')
    expect(await render('[lesson mnt](../02-mnt/lesson.md)')).toBe('lesson mnt')
    expect(await render('[the piece](../../src/pid.ts)')).toBe('the piece (src/pid.ts)')
    expect(await render('[above](#leak)')).toBe('above')
    expect(await render('[kernel](https://kernel.org)')).toBe('kernel (https://kernel.org)')
  })

  test('Chinese breaks between characters, but not before a full stop', async () => {
    const lines = (await render('内核让它看到的世界不同。内核让它看到的世界不同。', 22)).split('\n')
    expect(lines).toEqual(['内核让它看到的世界不', '同。内核让它看到的世界', '不同。'])
  })

  test('letters keep their accents, flags and families count as one', () => {
    expect(width('e\u0301')).toBe(1)
    expect(width('容器')).toBe(4)
    expect(width('👨‍👩‍👧')).toBe(2)
    expect(width('\x1b[31mred\x1b[39m')).toBe(3)
  })

  test('a table with more columns than there is room becomes a list', async () => {
    const row = (cell: string) => `|${` ${cell} |`.repeat(6)}\n`
    const rendered = await render(`${row('heading')}${row('---')}${row('something')}`)
    expect(rendered.split('\n')[0]).toBe('heading: something')
  })

  test('an unclosed container and an unknown one', async () => {
    expect(await render('::: tip\nopen')).toBe('│ Tip\n│ open')
    expect(await render('::: whatever it is\nx\n:::\n\nafter')).toBe('│ it is\n│ x\n\nafter')
  })

  test('nothing', async () => {
    expect(await render('')).toBe('')
  })
})

describe('code', () => {
  const page = { colour: true, unicode: true }

  test.each([
    ['ts', 'const pid: number = 1 // first'],
    ['c++', 'int main() { return clone(0); } // first'],
    ['bash', 'for i in 1 2; do echo "$i"; done # first'],
    ['json', '{ "pid": 1 }'],
    ['yaml', 'pid: 1 # first'],
    ['console', '$ echo "$$"\n1'],
  ])('%s is coloured and says the same', async (lang, code) => {
    const rendered = await renderCode(code, lang, page)
    expect(rendered).toContain('\x1b[')
    expect(plain(rendered)).toBe(code.replace(/^/gm, '  '))
  })

  test('what came back is not coloured as if it had been typed', async () => {
    const [, output] = (await renderCode('$ echo if then\nif then', 'console', page)).split('\n')
    expect(output).toBe('  if then')
  })

  test('an unknown language stays as it is', async () => {
    expect(await renderCode('x = 1\n', 'befunge', page)).toBe('  x = 1')
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cutRegion, readSnippet } from '../../src/literate/snippet.ts'
import { folder } from '../support/folder.ts'
import { project } from './lesson.ts'

const lesson = join(project, 'lessons/01-demo/lesson.md')

describe('a snippet', () => {
  it('is a region without its markers, nested ones included, and without the indentation around it', () => {
    expect(readSnippet('<<< @/src/demo.ts#piece', lesson, 1, project)).toMatchObject({
      code: "const piece = {\n  name: 'demo',\n  nested: true,\n}\n\nreturn piece",
      firstLine: 5,
      lang: 'ts',
    })
  })

  it('is all parts of a region that appears more than once', () => {
    const { code } = readSnippet('<<< @/src/limits.sh#limit', lesson, 1, project)
    expect(code).toBe('echo 1 > memory.max\necho 2 > memory.max')
  })

  it('is a whole file, relative to the lesson too', () => {
    const { code, file, firstLine } = readSnippet('<<< ../../src/limits.sh', lesson, 1, project)
    expect(code.split('\n')).toHaveLength(7)
    expect([file, firstLine]).toEqual(['src/limits.sh', 1])
  })

  it.each([
    ['{1,3-5 c}', { highlight: [1, 3, 4, 5], lang: 'c' }],
    ['{2}', { highlight: [2], lang: 'ts' }],
    ['{bash}', { highlight: [], lang: 'bash' }],
    [' [a title]', { title: 'a title' }],
    ['{1} [a title]', { title: 'a title', highlight: [1] }],
  ])('takes %s', (rest, expected) => {
    expect(readSnippet(`<<< @/src/demo.ts${rest}`, lesson, 1, project)).toMatchObject(expected)
  })

  it('does not mind the line ends of another system', () => {
    const root = folder()
    writeFileSync(join(root, 'a.ts'), '// #region a\r\none\r\n// #endregion a\r\n')
    expect(readSnippet('<<< @/a.ts#a', join(root, 'lesson.md'), 1, root).code).toBe('one')
  })
})

describe('a region', () => {
  it.each([
    ['//', '// #region a', '// #endregion a'],
    ['// without a hash', '// region a', '// endregion'],
    ['#', '# #region a', '# #endregion a'],
    ['# in one', '#region a', '#endregion a'],
    ['C# and Visual Basic', '#Region a', '#End Region'],
    ['markup', '<!-- #region a -->', '<!-- #endregion a -->'],
    ['CSS and C', '/* #region a */', '/* #endregion a */'],
    ['a pragma', '#pragma region a', '#pragma endregion a'],
    ['SQL and Lua', '-- #region a', '-- #endregion a'],
  ])('is marked by %s', (_what, start, end) => {
    expect(cutRegion(`x\n  ${start}\n  code\n  ${end}\ny`, 'a')).toEqual({ code: 'code', firstLine: 3 })
  })

  it('needs its name and its end', () => {
    expect(cutRegion('// #region ab\nx\n// #endregion ab', 'a')).toBeUndefined()
    expect(cutRegion('// #region a\nx', 'a')).toBeUndefined()
    expect(cutRegion('// #region a\nx\n// #endregion b', 'a')).toBeUndefined()
  })
})

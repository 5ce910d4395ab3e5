import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../project.ts'
import { type Declaration, declaration, docOf, fileOf, originOf, sourceOf } from './source.ts'

/** What `src/container/index.ts` exports: each with its docstring and its shape. */
export function apiReference(): string {
  const index = sourceOf(join(root, 'src/container/index.ts'))
  const names = index.statements.flatMap((statement) => {
    const names = ts.isExportDeclaration(statement) ? statement.exportClause : undefined
    return names && ts.isNamedExports(names) ? names.elements.map((one) => one.name.text) : []
  })
  return names.map((name) => section(name, index)).join('\n\n')
}

function section(name: string, index: ts.SourceFile): string {
  let source = index
  let own = name
  let there: Declaration | undefined
  // A room within the room has an index of its own.
  while (!there) {
    const origin = originOf(source, own)
    if (!origin) throw new Error(`src/container exports ${name}, and nobody declares it`)
    source = sourceOf(origin.file)
    own = origin.name
    there = declaration(source, own)
  }
  const parts = [
    `## ${name}`,
    docOf(there),
    ['```ts', shapeOf(there), '```'].join('\n'),
    `\`${fileOf(source)}\``,
  ]
  return parts.filter(Boolean).join('\n\n')
}

/** A declaration without the body of what it does. */
function shapeOf(node: Declaration): string {
  const source = node.getSourceFile()
  const from = node.getStart(source)
  const body = ts.isFunctionDeclaration(node) ? node.body : undefined
  if (body) return strip(source.text.slice(from, body.getStart(source)).trim())
  if (ts.isClassDeclaration(node)) {
    const members = node.members.map((member) => {
      const inner = (member as { body?: ts.Node }).body
      return `  ${source.text.slice(member.getStart(source), inner ? inner.getStart(source) : member.end).trim()}`
    })
    return `class ${node.name?.text} {\n${members.join('\n')}\n}`
  }
  return strip(source.text.slice(from, node.end))
}

const strip = (text: string) => text.replace(/^export /, '')

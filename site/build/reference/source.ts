import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { root } from '../project.ts'

/** What is declared at the top of a file, found by its name. */
export type Declaration = ts.DeclarationStatement | ts.VariableStatement

const files = new Map<string, ts.SourceFile>()

/** A file of the project as a syntax tree; nothing of it runs. */
export function sourceOf(file: string): ts.SourceFile {
  const text = readFileSync(file, 'utf8')
  const known = files.get(file)
  if (known?.text === text) return known
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  files.set(file, source)
  return source
}

/** The declaration of a name in a file. */
export function declaration(source: ts.SourceFile, name: string): Declaration | undefined {
  return source.statements.find((statement): statement is Declaration => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.some((one) => one.name.getText() === name)
    }
    return 'name' in statement && (statement as ts.DeclarationStatement).name?.getText() === name
  })
}

/** Where a name comes from that a file imports or re-exports: the other file, and the name it has there. */
export function originOf(source: ts.SourceFile, name: string): { file: string; name: string } | undefined {
  for (const statement of source.statements) {
    const names = ts.isImportDeclaration(statement)
      ? statement.importClause?.namedBindings
      : ts.isExportDeclaration(statement)
        ? statement.exportClause
        : undefined
    if (!names || !(ts.isNamedImports(names) || ts.isNamedExports(names))) continue
    const element = [...names.elements].find((one) => one.name.text === name)
    if (!element) continue
    const from = (statement as ts.ImportDeclaration).moduleSpecifier as ts.StringLiteral
    if (!from.text.startsWith('.')) return undefined
    return { file: join(dirname(source.fileName), from.text), name: element.propertyName?.text ?? name }
  }
  return undefined
}

/** The docstring above a declaration as Markdown: one paragraph a paragraph; `@param` and the like become a list. */
export function docOf(node: ts.Node): string {
  const source = node.getSourceFile()
  const doc = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc)
  if (!doc) return ''
  const text = ts.getTextOfJSDocComment(doc.comment) ?? ''
  const tags = (doc.tags ?? []).map((tag) => {
    const name = ts.isJSDocParameterTag(tag) ? ` \`${tag.name.getText(source)}\`` : ''
    return `- *${tag.tagName.text}*${name} ${(ts.getTextOfJSDocComment(tag.comment) ?? '').replace(/^- /, '')}`
  })
  return [tidy(text), tags.map(tidy).join('\n')].filter(Boolean).join('\n\n')
}

const tidy = (text: string) => text.replace(/\{@link (\w+)\}/g, '`$1`').trim()

/** Relative to the project's root. */
export function fileOf(source: ts.SourceFile): string {
  return relative(root, source.fileName)
}

import { existsSync, readFileSync } from 'node:fs'
import ts from 'typescript'

/** A check as it stands in checks.ts: what a reader sees who asks how a claim is proved. */
export interface CheckSource {
  claims: string[]
  /** The entry of the table, without its indentation. */
  code: string
  /** Where it begins, from 1. */
  line: number
}

/** Reads the table of `export default checks({ … })`; nothing of it runs. */
export function readCheckSources(file: string): Record<string, CheckSource> {
  if (!existsSync(file)) return {}
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const table = source.statements.find(ts.isExportAssignment)?.expression
  const entries = table && ts.isCallExpression(table) ? table.arguments[0] : undefined
  if (!entries || !ts.isObjectLiteralExpression(entries)) return {}
  return Object.fromEntries(
    entries.properties.filter(ts.isPropertyAssignment).map((entry) => [
      nameOf(entry),
      {
        claims: claimsOf(entry.initializer),
        code: dedent(entry.getText()),
        line: source.getLineAndCharacterOfPosition(entry.getStart()).line + 1,
      },
    ]),
  )
}

const nameOf = ({ name }: ts.PropertyAssignment) => (ts.isStringLiteral(name) ? name.text : name.getText())

function claimsOf(check: ts.Expression): string[] {
  if (!ts.isObjectLiteralExpression(check)) return []
  const claims = check.properties
    .filter(ts.isPropertyAssignment)
    .find((entry) => nameOf(entry) === 'claims')?.initializer
  return claims && ts.isArrayLiteralExpression(claims)
    ? claims.elements.filter(ts.isStringLiteral).map(({ text }) => text)
    : []
}

/** The first line begins at the entry, the others still have the file's indentation. */
function dedent(code: string): string {
  const indent = /\n( *)\S[^\n]*$/.exec(code)?.[1] ?? ''
  return code.replaceAll(`\n${indent}`, '\n')
}

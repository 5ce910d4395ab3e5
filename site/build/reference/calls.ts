import { join } from 'node:path'
import ts from 'typescript'
import { verbs } from '../../../src/kernel/calls/index.ts'
import { root } from '../project.ts'
import { propertyOf, type StatedCause, statedCauses } from './causes.ts'
import { declaration, docOf, fileOf, originOf, sourceOf } from './source.ts'
import { cell, table } from './table.ts'

/** Every call that a plan can ask of the kernel: what it is, what its errors mean, and its source. */
export function callReference(): string {
  const index = sourceOf(join(root, 'src/kernel/calls/index.ts'))
  return Object.keys(verbs)
    .map((name) => section(name, sourceOf(originOf(index, name)!.file)))
    .join('\n\n')
}

function section(name: string, source: ts.SourceFile): string {
  const entry = entryOf(source, name)
  const args = declaration(source, `${name[0]!.toUpperCase()}${name.slice(1)}Args`)
  const parts = [
    `## ${name}`,
    args ? docOf(args) : '',
    entry ? whoMakes(entry) : '',
    causeTable(entry),
    `::: details Source\n<<< @/${fileOf(source)}#call [${fileOf(source)}]\n:::`,
  ]
  return parts.filter(Boolean).join('\n\n')
}

function whoMakes(entry: ts.ObjectLiteralExpression): string {
  const child = hasKey(entry, 'encode')
  const machine = hasKey(entry, 'run')
  const who =
    child && machine
      ? 'Made by the child, or on the machine.'
      : child
        ? 'Made by the child.'
        : 'Made on the machine.'
  return hasKey(entry, 'undo') ? `${who} Taken back when the container ends.` : who
}

/** The object in `export const mount = verb({ … })`. */
function entryOf(source: ts.SourceFile, name: string): ts.ObjectLiteralExpression | undefined {
  const statement = declaration(source, name)
  if (!statement || !ts.isVariableStatement(statement)) return undefined
  const made = statement.declarationList.declarations[0]?.initializer
  const entry = made && ts.isCallExpression(made) ? made.arguments[0] : undefined
  return entry && ts.isObjectLiteralExpression(entry) ? entry : undefined
}

const hasKey = (entry: ts.ObjectLiteralExpression, key: string) =>
  entry.properties.some((one) => one.name?.getText() === key)

function causeTable(entry: ts.ObjectLiteralExpression | undefined): string {
  const causes = entry && propertyOf(entry, 'causes')
  if (!causes || !ts.isObjectLiteralExpression(causes)) return ''
  const rows = causes.properties.flatMap((property) => {
    const errno = property.name?.getText() ?? ''
    // `EPERM,` alone names a function above; everything else has a value.
    const value = ts.isPropertyAssignment(property) ? property.initializer : property
    return statedCauses(value).map((cause) => [`**${errno}**`, sentence(cause)])
  })
  return rows.length ? table(['errno', 'because'], rows) : ''
}

function sentence({ because, remedy }: StatedCause): string {
  return remedy ? `${cell(because)}<br>*try* ${cell(remedy)}` : cell(because)
}

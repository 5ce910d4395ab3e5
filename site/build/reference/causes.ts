import ts from 'typescript'
import { type Declaration, declaration, originOf, sourceOf } from './source.ts'

/** One thing that a call's errno may mean, in the words of the error; `…` stands for what only the case knows. */
export interface StatedCause {
  because: string
  remedy?: string
}

/**
 * The causes that a piece of source can state: every `{ because, remedy }` in it and in the functions it names, of its
 * file or of another.
 */
export function statedCauses(node: ts.Node): StatedCause[] {
  const found: StatedCause[] = []
  collect(node, new Map(), new Set(), found)
  return found.filter(
    (one, index) =>
      found.findIndex((other) => other.because === one.because && other.remedy === one.remedy) === index,
  )
}

/** What a function's parameters are, where its caller says so in a literal. */
type Known = Map<string, string>

function collect(node: ts.Node, known: Known, seen: Set<Declaration>, found: StatedCause[]): void {
  if (ts.isObjectLiteralExpression(node)) {
    const because = propertyOf(node, 'because')
    if (because) {
      for (const text of spoken(because, known)) {
        const remedy = propertyOf(node, 'remedy')
        found.push({ because: text, remedy: remedy && spoken(remedy, known)[0] })
      }
      return
    }
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    follow(node.expression, [...node.arguments], known, seen, found)
    for (const argument of node.arguments) collect(argument, known, seen, found)
    return
  }
  if (ts.isIdentifier(node) && !isName(node)) follow(node, [], known, seen, found)
  ts.forEachChild(node, (child) => collect(child, known, seen, found))
}

function follow(
  name: ts.Identifier,
  given: ts.Expression[],
  known: Known,
  seen: Set<Declaration>,
  found: StatedCause[],
): void {
  const source = name.getSourceFile()
  const origin = originOf(source, name.text)
  const there = declaration(origin ? sourceOf(origin.file) : source, origin?.name ?? name.text)
  if (!there || seen.has(there) || ts.isInterfaceDeclaration(there) || ts.isTypeAliasDeclaration(there))
    return
  const own: Known = new Map(known)
  for (const [index, parameter] of parametersOf(there).entries()) {
    const value = given[index]
    if (value && ts.isStringLiteral(value)) own.set(parameter.name.getText(), value.text)
  }
  collect(there, own, new Set([...seen, there]), found)
}

function parametersOf(there: Declaration): readonly ts.ParameterDeclaration[] {
  return ts.isFunctionDeclaration(there) ? there.parameters : []
}

/** The sentences an expression may be; more than one where it chooses. */
function spoken(node: ts.Expression, known: Known): string[] {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text]
  if (ts.isParenthesizedExpression(node)) return spoken(node.expression, known)
  if (ts.isConditionalExpression(node))
    return [...spoken(node.whenTrue, known), ...spoken(node.whenFalse, known)]
  if (!ts.isTemplateExpression(node)) return ['…']
  const text = node.templateSpans.map(({ expression, literal }) => {
    return `${known.get(expression.getText()) ?? '…'}${literal.text}`
  })
  return [`${node.head.text}${text.join('')}`.replace(/…+/g, '…')]
}

export function propertyOf(node: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const property = node.properties.find((one) => one.name?.getText() === name)
  return property && ts.isPropertyAssignment(property) ? property.initializer : undefined
}

/** The name in `a.name`, `{ name: … }` and the like stands for itself. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    ((ts.isPropertyAssignment(parent) || ts.isBindingElement(parent) || ts.isParameter(parent)) &&
      parent.name === node)
  )
}

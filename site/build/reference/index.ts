/** The parts of pages that are made of the sources, by the name that stands in `<!-- generated: NAME -->`. */
const parts: Record<string, () => string> = {}

export function generate(name: string): string {
  const part = parts[name]
  if (!part) throw new Error(`nothing generates "${name}"; there are ${Object.keys(parts).join(', ')}`)
  return part()
}

/** Cooper was used wrongly: exit status 2, and the message says what would have been right. */
export class UsageError extends Error {
  readonly exit = 2

  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

/** `Unknown lesson 'pdi'. Did you mean 'pid'?`, for whatever kind of name it is. */
export function unknown(kind: string, name: string, known: readonly string[]): UsageError {
  const near = nearest(name, known)
  const offer = near ? `Did you mean '${near}'?` : known.length > 0 ? `There is: ${known.join(', ')}.` : ''
  return new UsageError(`Unknown ${kind} '${name}'. ${offer}`.trim())
}

/** The name that was probably meant; undefined when none is near (more than a third of it would have to change). */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase()
  const [best] = known
    .map((candidate) => ({ candidate, far: distance(wanted, candidate.toLowerCase()) }))
    .filter(
      ({ candidate, far }) => far <= Math.max(1, Math.ceil(Math.max(name.length, candidate.length) / 3)),
    )
    .sort((a, b) => a.far - b.far)
  return best && best.far < Math.max(best.candidate.length, name.length) ? best.candidate : undefined
}

/** Letters to add, drop, change or swap with their neighbour to make one word the other. */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, index) => index)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= to.length; j++) {
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1),
          swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
  }
  return at(from.length, to.length)
}

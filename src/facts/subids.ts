import { readText } from './read.ts'

/** One line of subuid(5) or subgid(5): ids that its owner may give away. */
export interface SubIds {
  /** A user's name or number. */
  owner: string
  first: number
  count: number
}

/** What /etc/subuid or /etc/subgid grants; empty when there is no such file. */
export function subIds(file: string): SubIds[] {
  return (readText(file) ?? '').split('\n').flatMap((line) => {
    const [owner = '', first, count] = line.split(':')
    return owner && Number(count) > 0 ? [{ owner, first: Number(first), count: Number(count) }] : []
  })
}

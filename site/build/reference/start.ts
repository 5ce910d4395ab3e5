import type { Language } from '../pages.ts'
import { repository } from '../project.ts'
import { words } from '../words.ts'

/** The two commands with which everything begins, and where the sources come from, when that is known. */
export function startReference(language: Language, from = repository): string {
  const start = 'npm ci && npm start'
  return from
    ? fence('', `git clone ${from} cooperage`, `cd cooperage && ${start}`)
    : fence(words[language].inClone, start)
}

/** A fence `typed`, with a note. */
function fence(note: string, ...commands: string[]): string {
  return ['```typed '.concat(note).trim(), ...commands, '```'].join('\n')
}

import type { Language } from '../pages.ts'
import { repository } from '../project.ts'
import { safe } from '../safe.ts'
import { words } from '../words.ts'

const commands = [`git clone ${repository ?? 'REPOSITORY'} cooperage && cd cooperage`, 'npm ci && npm start']

/** The two commands with which everything begins. */
export function startReference(language: Language): string {
  const { self, copy, copied, terminal } = words[language]
  const lines = commands.map(
    (line) => `<span class="typed"><span class="prompt">$ </span>${safe(line)}</span>`,
  )
  return `<figure class="terminal"><figcaption><span class="terminal-name">${self}</span><CopyCommands text="${safe(commands.join('\n'))}\n" label="${copy}" done="${copied}" /></figcaption><pre tabindex="0" role="region" aria-label="${terminal('cooper')}"><code>${lines.join('\n')}</code></pre></figure>`
}

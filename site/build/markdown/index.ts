import type { MarkdownRenderer } from 'vitepress'
import { literate } from '../../../src/literate/plugin.ts'
import type { Generate } from '../reference/index.ts'
import { generatedParts } from './generated.ts'
import { lessonPages } from './lesson.ts'
import { lessonLinks } from './links.ts'
import { terminalFences } from './recording.ts'
import { emptyHeads } from './tables.ts'

/** Everything that the site teaches VitePress's Markdown. `literate` is the very plugin that the command uses. */
export function cooperageMarkdown(md: MarkdownRenderer, generate: Generate): void {
  generatedParts(md as never, generate)
  for (const plugin of [literate, lessonLinks, emptyHeads, terminalFences, lessonPages])
    md.use(plugin as never)
}

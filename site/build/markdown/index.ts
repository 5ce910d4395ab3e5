import type { MarkdownRenderer } from 'vitepress'
import { literate } from '../../../src/literate/plugin.ts'
import { generatedParts } from './generated.ts'
import { lessonPages } from './lesson.ts'
import { lessonLinks } from './links.ts'
import { recordingFences } from './recording.ts'

/** Everything that the site teaches VitePress's Markdown. `literate` is the very plugin that the command uses. */
export function cooperageMarkdown(md: MarkdownRenderer): void {
  for (const plugin of [generatedParts, literate, lessonLinks, recordingFences, lessonPages]) {
    md.use(plugin as never)
  }
}

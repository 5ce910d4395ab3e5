import type MarkdownIt from 'markdown-it'
import { parse } from 'yaml'
import { findLessons } from '../../../src/literate/lessons.ts'
import { parseLesson, stepsOf } from '../../../src/literate/parse.ts'
import { type LessonPage, lessonIn, readLessonPage, recordedLooks, recordedSteps } from '../lesson-page.ts'
import { type Language, languageOf } from '../pages.ts'
import { root } from '../project.ts'
import { safe } from '../safe.ts'
import { type Words, words } from '../words.ts'
import { typedHtml } from './blocks.ts'
import { transcript, transcriptHtml } from './transcript.ts'

/** What stands in a fence `recording`: which steps and checks of a lesson to play, in order. */
interface Playlist {
  lesson: string
  play: string[]
}

/**
 * A fence `recording` plays part of a lesson as it was recorded; without JavaScript it is all there at once. A fence
 * `typed` is a terminal with commands for the reader's own; what stands behind its name is a note.
 */
export function terminalFences(md: MarkdownIt): void {
  const fence = md.renderer.rules.fence!
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const { info, content } = tokens[index]!
    const language = languageOf(env.relativePath)
    if (info === 'recording') return playHtml(parse(content) as Playlist, language)
    const [, note] = /^typed\b ?(.*)$/.exec(info) ?? []
    if (note !== undefined) return typedHtml(content.trimEnd().split('\n'), words[language], note)
    return fence(tokens, index, options, env, self)
  }
}

function playHtml({ lesson, play }: Playlist, language: Language): string {
  const says = words[language]
  const ref = findLessons(root).find(({ id }) => id === lesson)
  if (!ref) throw new Error(`recording: no lesson ${lesson}`)
  const page = readLessonPage(ref.file)
  // Its words are the page's language where it has them; what was recorded stays as it was said.
  const { title, claims } = parseLesson(lessonIn(ref, language) ?? ref.file, root)
  const parts = play.map((id) => stepPart(page, id, says) ?? lookPart(page, id, claims, says))
  const { play: start, pause, again } = says
  return `<RecordedTour label="${safe(title)}" play="${start}" pause="${pause}" again="${again}">\n${parts.join('\n')}\n</RecordedTour>\n`
}

function stepPart(page: LessonPage, id: string, says: Words): string | undefined {
  const step = new Map(stepsOf(page.lesson.blocks)).get(id)
  const [recorded] = step ? recordedSteps(page, step) : []
  if (!step || !recorded) return undefined
  const lines = transcript(step, recorded.value, recorded.captures, says)
  return `<pre data-terminal="${step.on}"><code>${transcriptHtml(lines, says)}</code></pre>`
}

function lookPart(page: LessonPage, id: string, sentences: Record<string, string>, says: Words): string {
  const look = recordedLooks(page, { id })[0]?.value
  if (!look) throw new Error(`recording: lesson ${page.lesson.id} has no recorded "${id}"`)
  const claims = page.checks[id]?.claims.map((claim) => `✓ ${claim}  ${sentences[claim]}`) ?? []
  const lines = [
    ...claims.map((text) => `<span class="proved">${safe(text)}</span>`),
    ...(['expected', 'saw', 'why'] as const).map(
      (name) => `<span class="output"><b>${says[name]}</b>  ${safe(look[name])}</span>`,
    ),
  ]
  return `<pre data-look><code>${lines.join('\n')}</code></pre>`
}

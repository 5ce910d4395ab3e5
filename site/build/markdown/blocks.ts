import type { Step, Variant } from '../../../src/literate/lesson.ts'
import { probe } from '../../../src/workbench/probes.ts'
import { hasVariants, type LessonPage, recordedLooks, recordedSteps } from '../lesson-page.ts'
import { manualPages } from '../manual-pages.ts'
import { sourceLink } from '../project.ts'
import { safe } from '../safe.ts'
import type { Words } from '../words.ts'
import { commandsOf, expectation, type Line, transcript, transcriptHtml } from './transcript.ts'

/** A step: a terminal with what was typed and printed there. */
export function stepHtml(page: LessonPage, step: Step, words: Words): string {
  const recorded = recordedSteps(page, step).map((one) => ({
    ...one,
    lines: transcript(step, one.value, one.captures, words),
  }))
  const marked = recorded.some(({ lines }) => lines.some(({ parts }) => parts.some(({ name }) => name)))
  const { text, open } = commandsOf(step)
  const done = open.length ? words.open(open) : words.copied
  const notes = [recorded.length ? '' : words.unrecorded, marked ? words.yours : ''].filter(Boolean)
  // What a probe looks for is too long for a heading; the page of doctor has it, too.
  const wanted = step.needs.map((name) => probe(name)?.title ?? name).join('; ')
  const needs = wanted && `<span class="note" title="${safe(wanted)}">${safe(words.needs(step.needs))}</span>`
  const screens = recorded.map(({ value, lines, when }) =>
    only(when, words, screenHtml(step, lines, words) + changedHtml(value.changed, words)),
  )
  return `<figure class="terminal" id="step-${step.id}" data-terminal="${step.on}">
<figcaption><span class="terminal-name">${step.on}</span>${needs}${notes.map((note) => `<span class="note">${safe(note)}</span>`).join('')}<CopyCommands text="${safe(text)}" label="${safe(words.copy)}" done="${safe(done)}" /></figcaption>
${screens.join('') || screenHtml(step, expectation(step), words)}</figure>\n`
}

function screenHtml({ id, on }: Step, lines: Line[], words: Words): string {
  const label = safe(`${words.terminal(on)}, ${id}`)
  return `<pre tabindex="0" role="region" aria-label="${label}"><code>${transcriptHtml(lines, words)}</code></pre>\n`
}

/** Part of a block that one version of control groups is behind; the switch hides the other's. */
function only(when: Variant | undefined, words: Words, html: string): string {
  if (!when) return html
  const name = words.only(when.replace('cgroup-', ''))
  return `<div data-when="${when}"><p class="variant-name">${name}</p>${html}</div>\n`
}

function changedHtml(changed: string[], words: Words): string {
  if (!changed.length) return ''
  const items = changed.map((line) => `<li>${safe(line)}</li>`).join('')
  return `<details class="changed"><summary>${words.changed}</summary><ul>${items}</ul></details>\n`
}

/** Expected, saw, why: as the check said it of the recorded machines. */
export function lookHtml(page: LessonPage, check: { id: string; when?: Variant }, words: Words): string {
  const looks = recordedLooks(page, check).map(({ value, when }) => {
    const rows = (['expected', 'saw', 'why'] as const).map(
      (name) => `<div><dt>${words[name]}</dt><dd>${safe(value[name])}</dd></div>`,
    )
    return only(when, words, `<dl class="look">${rows.join('')}</dl>\n`)
  })
  return looks.join('') || `<p class="note">${words.unrecorded}</p>\n`
}

/** The claims that a check proves, each with its sentence. */
export function claimsHtml({ lesson, checks }: LessonPage, id: string): string {
  const proved = (checks[id]?.claims ?? []).map(
    (claim) => `<li><b>${claim}</b> ${safe(lesson.claims[claim] ?? '')}</li>`,
  )
  return proved.length ? `<ul class="claims">${proved.join('')}</ul>\n` : ''
}

/** A block that is only for one version of control groups; the switch hides the other. */
export function variantHtml(when: Variant, words: Words): string {
  const version = when.replace('cgroup-', '')
  return `<div class="variant" data-when="${when}"><p class="variant-name">${words.only(version)}</p>\n`
}

/** Under the lesson's title. */
export function factsHtml(page: LessonPage, words: Words): string {
  const { number, minutes, summary } = page.lesson
  const facts = `<p class="lesson-facts">${safe(words.facts(number, minutes))}</p>\n<p class="lesson-summary">${safe(summary)}</p>\n`
  return hasVariants(page) ? `${facts}<CgroupSwitch />\n` : facts
}

/** The end of every lesson: its claims with the places that proved them, the command, the manual pages. */
export function endHtml(page: LessonPage, words: Words): string {
  const { lesson, checks } = page
  const claims = Object.entries(lesson.claims).map(([id, claim]) => {
    const proof = Object.entries(checks).find(([, check]) => check.claims.includes(id))?.[0]
    const name = proof ? `<a href="#check-${proof}">${id}</a>` : id
    return `<li><b>${name}</b> ${safe(claim)}</li>`
  })
  const pages = manualPages(page).map(
    ({ name, url }) => `<li><a href="${url}" rel="noreferrer">${name}</a></li>`,
  )
  const manual = pages.length ? `<h3>${words.manual}</h3>\n<ul class="manual">${pages.join('')}</ul>\n` : ''
  return `<section class="lesson-end">
<h3>${words.claims}</h3>
<ul class="claims">${claims.join('')}</ul>
<h3>${words.self}</h3>
<p>${words.selfText}</p>
${typedHtml([`cooper learn ${lesson.id}`], words)}
${manual}</section>\n`
}

/** Commands for the reader's own terminal; nobody has recorded them. */
export function typedHtml(commands: string[], words: Words, note = ''): string {
  const lines = commands.map(
    (line) => `<span class="typed"><span class="prompt">$ </span>${safe(line)}</span>`,
  )
  const said = note && `<span class="note">${safe(note)}</span>`
  return `<figure class="terminal"><figcaption><span class="terminal-name">${words.self}</span>${said}<CopyCommands text="${safe(commands.join('\n'))}\n" label="${words.copy}" done="${words.copied}" /></figcaption><pre tabindex="0" role="region" aria-label="${words.self}"><code>${lines.join('\n')}</code></pre></figure>`
}

/** Above a snippet: the file it was cut out of. */
export function snippetCaption(file: string, line: number | undefined): string {
  const link = sourceLink(file, line)
  const name = `<code>${safe(file)}</code>`
  return `<figcaption>${link ? `<a href="${safe(link)}" rel="noreferrer">${name}</a>` : name}</figcaption>`
}

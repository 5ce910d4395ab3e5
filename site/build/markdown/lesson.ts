import { relative } from 'node:path'
import type MarkdownIt from 'markdown-it'
import type StateCore from 'markdown-it/lib/rules_core/state_core.mjs'
import type Token from 'markdown-it/lib/token.mjs'
import type { Container } from '../../../src/literate/containers.ts'
import type { Step, Variant } from '../../../src/literate/lesson.ts'
import { parseLesson, stepsOf } from '../../../src/literate/parse.ts'
import { type LiterateEnv, metaOf } from '../../../src/literate/plugin.ts'
import { originalOf } from '../../../src/literate/translation.ts'
import { isLesson, type LessonPage, readLessonPage } from '../lesson-page.ts'
import { languageOf } from '../pages.ts'
import { root } from '../project.ts'
import { type Words, words } from '../words.ts'
import { claimsHtml, endHtml, factsHtml, lookHtml, snippetCaption, stepHtml, variantHtml } from './blocks.ts'
import { hintsOf } from './hints.ts'
import { pictureTag } from './pictures.ts'

/** What VitePress renders a page with, as far as it matters here. */
export interface PageEnv extends LiterateEnv {
  /** The source, absolute; `path` is where it appears on the site. */
  realPath?: string
  relativePath: string
  includes?: string[]
  lesson?: LessonPage
}

/** Makes a page of a lesson: after `literate` has found its blocks, they become HTML around what markdown-it renders. */
export function lessonPages(md: MarkdownIt): void {
  md.core.ruler.before('normalize', 'lesson_read', ({ env }: { env: PageEnv }) => {
    const file = env.realPath ?? env.path
    if (!file || !isLesson(file)) return
    env.file = file
    env.lesson = readLessonPage(file)
    env.includes?.push(...env.lesson.files)
    const original = originalOf(file)
    if (original) env.original = new Map(stepsOf(parseLesson(original, root).blocks))
  })
  md.core.ruler.push('lesson_page', (state) => {
    const env = state.env as PageEnv
    if (env.lesson) state.tokens = new Writer(state, env.lesson, words[languageOf(env.relativePath)]).write()
  })
}

/** Writes the tokens of a page anew, from the first to the last. */
class Writer {
  readonly #out: Token[] = []
  readonly #state: StateCore
  readonly #page: LessonPage
  readonly #words: Words
  /** The answer of a guess is open, and the next step belongs to it. */
  #answering: 'before' | 'within' | undefined
  /** A switch stands above the variants that follow each other. */
  #switched = false

  constructor(state: StateCore, page: LessonPage, words: Words) {
    this.#state = state
    this.#page = page
    this.#words = words
  }

  write(): Token[] {
    const { tokens } = this.#state
    let index = 0
    while (index < tokens.length) index = this.#block(tokens, index)
    this.#endAnswer()
    this.#html(endHtml(this.#page, this.#words))
    return this.#out
  }

  /** Writes what begins at `index`, and says where the next begins. */
  #block(tokens: Token[], index: number): number {
    const token = tokens[index]!
    const { step, container } = metaOf(token)
    if (step) return this.#terminals(tokens, index)
    if (this.#answering === 'within' || token.type === 'heading_open') this.#endAnswer()
    if (token.type === 'literate_open' && container && container.kind !== 'prose') {
      const end = index + tokens.slice(index).findIndex(({ type }) => type === 'literate_close')
      this.#container(container, tokens.slice(index + 1, end))
      return end + 1
    }
    this.#switched = false
    if (token.type === 'fence' && sourceOf(token)) this.#snippet(token)
    else this.#out.push(token)
    if (token.type === 'heading_close' && token.tag === 'h1') this.#html(factsHtml(this.#page, this.#words))
    return index + 1
  }

  /** Steps that follow each other directly, in several terminals, stand side by side where there is room. */
  #terminals(tokens: Token[], from: number): number {
    let end = from
    while (metaOf(tokens[end]).step) end++
    const steps = tokens.slice(from, end).map((token) => metaOf(token).step!)
    const beside = new Set(steps.map(({ on }) => on)).size > 1 && steps.every(({ when }) => !when)
    if (beside) this.#html('<div class="terminals">\n')
    for (const step of steps) this.#step(step)
    if (beside) this.#html('</div>\n')
    if (this.#answering) this.#answering = 'within'
    return end
  }

  #step(step: Step): void {
    this.#variant(step.when, () => this.#html(stepHtml(this.#page, step, this.#words)))
  }

  #container(container: Exclude<Container, { kind: 'prose' }>, inside: Token[]): void {
    if (container.kind === 'guess') this.#guess(inside)
    else if (container.kind === 'picture') this.#picture(container, inside)
    else if (container.kind === 'check') this.#variant(container.when, () => this.#check(container, inside))
    else this.#variant(container.when, () => this.#task(container, inside))
  }

  #guess(inside: Token[]): void {
    this.#endAnswer()
    this.#html(`<section class="guess"><p class="label">${this.#words.guess}</p>\n`)
    this.#out.push(...inside)
    this.#html(`</section>\n<details class="answer"><summary>${this.#words.answer}</summary>\n`)
    this.#answering = 'before'
  }

  #endAnswer(): void {
    if (this.#answering) this.#html('</details>\n')
    this.#answering = undefined
  }

  #picture(picture: Container & { kind: 'picture' }, inside: Token[]): void {
    this.#html(`<figure class="named-picture">${pictureTag(picture)}<figcaption>\n`)
    this.#out.push(...inside)
    this.#html('</figcaption></figure>\n')
  }

  #check({ id, when }: { id: string; when?: Variant }, inside: Token[]): void {
    this.#html(`<section class="check" id="check-${id}"><p class="label">${this.#words.proved}</p>\n`)
    this.#out.push(...inside)
    this.#html(claimsHtml(this.#page, id) + lookHtml(this.#page, { id, when }, this.#words))
    this.#source(id)
    this.#html('</section>\n')
  }

  #task({ id, when }: { id: string; when?: Variant }, inside: Token[]): void {
    const { text, hints } = hintsOf(inside.filter((token) => !metaOf(token).step))
    this.#html(`<section class="task" id="task-${id}"><p class="label">${this.#words.task}</p>\n`)
    this.#out.push(...text)
    for (const [index, hint] of hints.entries()) {
      this.#html(`<details class="hint"><summary>${this.#words.hint(index + 1, hints.length)}</summary>\n`)
      this.#out.push(...hint)
      this.#html('</details>\n')
    }
    this.#html(`<details class="solution"><summary>${this.#words.solution}</summary>\n`)
    // Of a translation, these are the original's.
    const task = this.#page.lesson.blocks.find((block) => block.kind === 'task' && block.id === id)
    for (const step of task?.kind === 'task' ? task.solve : []) this.#step(step)
    this.#html(lookHtml(this.#page, { id, when }, this.#words))
    this.#source(id)
    this.#html('</details></section>\n')
  }

  /** The assertion itself, for who wants to see it. */
  #source(id: string): void {
    const check = this.#page.checks[id]
    if (!check) return
    const file = relative(root, this.#page.files[0] ?? '')
    this.#html(`<details class="source"><summary>${this.#words.source}</summary>\n<figure class="snippet">`)
    this.#html(snippetCaption(file, check.line))
    const fence = new this.#state.Token('fence', 'code', 0)
    Object.assign(fence, { info: 'ts', content: `${check.code}\n`, block: true })
    this.#out.push(fence)
    this.#html('</figure></details>\n')
  }

  #snippet(token: Token): void {
    const file = relative(root, sourceOf(token)!)
    const { region } = token.meta as { region?: string }
    const block = this.#page.lesson.blocks.find(
      (one) => one.kind === 'snippet' && one.file === file && (one.region ?? '') === (region ?? ''),
    )
    const line = block?.kind === 'snippet' ? block.firstLine : undefined
    this.#html(`<figure class="snippet">${snippetCaption(file, line)}\n`)
    this.#out.push(token)
    this.#html('</figure>\n')
  }

  #variant(when: Variant | undefined, write: () => void): void {
    if (when && !this.#switched) this.#html('<CgroupSwitch />\n')
    this.#switched = when !== undefined
    if (when) this.#html(variantHtml(when, this.#words))
    write()
    if (when) this.#html('</div>\n')
  }

  #html(content: string): void {
    const token = new this.#state.Token('html_block', '', 0)
    token.content = content
    token.block = true
    this.#out.push(token)
  }
}

/** The file a snippet is cut out of; VitePress leaves it in the fence's `meta`. */
const sourceOf = (token: Token) => (token.meta as { src?: string } | null)?.src

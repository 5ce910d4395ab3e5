import type { HighlighterCore, ThemeRegistration } from 'shiki/core'
import { spell } from './marks.ts'
import { type Mark, painter } from './paint.ts'
import type { Screen } from './terminal.ts'

// C++ is coloured by C's grammar: its own takes a second and a half to load, and the native half of this project
// is close enough to C that nobody can tell.
const grammars = {
  c: () => import('shiki/langs/c.mjs'),
  javascript: () => import('shiki/langs/javascript.mjs'),
  json: () => import('shiki/langs/json.mjs'),
  shellscript: () => import('shiki/langs/shellscript.mjs'),
  typescript: () => import('shiki/langs/typescript.mjs'),
  yaml: () => import('shiki/langs/yaml.mjs'),
}
type Grammar = keyof typeof grammars

const names: Record<string, Grammar> = {
  bash: 'shellscript',
  c: 'c',
  'c++': 'c',
  cpp: 'c',
  h: 'c',
  javascript: 'javascript',
  js: 'javascript',
  json: 'json',
  sh: 'shellscript',
  shell: 'shellscript',
  ts: 'typescript',
  typescript: 'typescript',
  yaml: 'yaml',
  yml: 'yaml',
}

// The theme's colours are only labels: each stands for a mark, and the mark has the colour of the reader's palette.
const labels: Record<string, Mark> = {
  '#000001': 'keyword',
  '#000002': 'string',
  '#000003': 'quiet',
  '#000004': 'number',
  '#000005': 'name',
}

const theme: ThemeRegistration = {
  name: 'cooper',
  type: 'dark',
  fg: '#ffffff',
  bg: '#000000',
  settings: [
    { scope: ['keyword', 'storage'], settings: { foreground: '#000001' } },
    // Operators and arrows in colour are confetti.
    { scope: ['keyword.operator', 'storage.type.function.arrow'], settings: { foreground: '#ffffff' } },
    { scope: ['keyword.operator.new', 'keyword.operator.expression'], settings: { foreground: '#000001' } },
    { scope: ['string'], settings: { foreground: '#000002' } },
    { scope: ['comment', 'punctuation.definition.comment'], settings: { foreground: '#000003' } },
    { scope: ['constant.numeric', 'constant.language'], settings: { foreground: '#000004' } },
    {
      scope: ['entity.name.function', 'support.type.property-name', 'entity.name.tag.yaml'],
      settings: { foreground: '#000005' },
    },
  ],
}

let loaded: Promise<HighlighterCore> | undefined

/**
 * The lines of a piece of code, coloured.
 *
 * `lang` as a fence names it; one that is not known stays plain. Nothing is loaded where there is no colour; else the
 * first call takes 0.1 to 0.3 s, most of it the grammar. In `console` only what is typed is coloured.
 */
export async function highlight(
  code: string,
  lang: string,
  screen: Pick<Screen, 'colour' | 'unicode'>,
): Promise<string[]> {
  const lines = spell(code.replace(/\n$/, ''), screen).split('\n')
  if (!screen.colour) return lines
  if (lang === 'console') return typed(lines, screen)
  const grammar = names[lang.toLowerCase()]
  return grammar ? coloured(lines.join('\n'), grammar, screen) : lines
}

async function coloured(code: string, lang: Grammar, screen: Pick<Screen, 'colour'>): Promise<string[]> {
  const paint = painter(screen)
  loaded ??= load()
  const highlighter = await loaded
  if (!highlighter.getLoadedLanguages().includes(lang)) await highlighter.loadLanguage(grammars[lang]())
  // No time limit: on a busy machine the first line would lose its colours to it, and on a quiet one it would not.
  const options = { lang, theme: 'cooper', tokenizeTimeLimit: 0 }
  return highlighter.codeToTokensBase(code, options).map((line) =>
    line
      .map(({ content, color }) => {
        const mark = color && labels[color.toLowerCase()]
        return mark ? paint(content, mark) : content
      })
      .join(''),
  )
}

async function load(): Promise<HighlighterCore> {
  const [{ createHighlighterCore }, { createJavaScriptRegexEngine }] = await Promise.all([
    import('shiki/core'),
    import('shiki/engine/javascript'),
  ])
  return createHighlighterCore({
    themes: [theme],
    langs: [],
    // Forgiving: a pattern that JavaScript cannot express costs one colour, not the page.
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  })
}

/** A transcript: `$ ` and `> ` lines are what a person types, the rest is what came back. */
async function typed(lines: string[], screen: Pick<Screen, 'colour'>): Promise<string[]> {
  const paint = painter(screen)
  const commands = lines.filter((line) => /^[$>] /.test(line)).map((line) => line.slice(2))
  // Together, so that a here-document or a quote may go over several lines.
  const bright = commands.length > 0 ? await coloured(commands.join('\n'), 'shellscript', screen) : []
  return lines.map((line) =>
    /^[$>] /.test(line) ? paint(line.slice(0, 2), 'quiet') + (bright.shift() ?? '') : line,
  )
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { project } from '../../support/project.ts'
import { Window, type WindowOptions } from '../../support/tmux.ts'

/** What the last line of a page offers. */
export const offers = { go: /Enter goes on/, run: /Enter runs it here/, read: /Enter reads on/ }

/** A window with the demonstration lesson of fixtures/ begun in it. */
export async function demo(
  options: WindowOptions = {},
  { args = '', change }: { args?: string; change?: (markdown: string) => string } = {},
) {
  const root = project(['00-demo'], change)
  const window = await Window.open(options)
  const command = `node ${root}/dist/cooper.cjs`
  window.type(`${command} learn demo ${args}`)
  return {
    window,
    root,
    command,
    /** Begins the lesson again; the window is empty before. */
    learn(more = ''): void {
      window.clear()
      window.type(`${command} learn demo ${more}`)
    },
    /** Presses a key, and waits for what it leads to; the window is empty before. */
    async press(key: string, then: string | RegExp): Promise<void> {
      window.clear()
      window.press(key)
      await window.sees(then)
    },
    progress: () =>
      JSON.parse(readFileSync(join(window.state, 'cooperage/progress.json'), 'utf8')).lessons.demo as {
        next?: string
        proved: string[]
        tasks: string[]
        finished?: string
      },
  }
}

import type { Snapshot } from '../../facts/index.ts'
import type { Watched } from '../../workbench/index.ts'
import { drawNetwork, legendOf } from '../look/network.ts'
import { listNetwork } from '../look/network-list.ts'
import { hasNews, networkPicture, type Space } from '../look/network-model.ts'
import { painter } from '../look/paint.ts'
import { look } from '../look/terminal.ts'

/** What the title above a drawing and the prompt below it take of a window. */
const otherLines = 6

/** Watches the network of a workbench, and draws it when it is another. */
export class NetworkWatch {
  #before: Snapshot | undefined
  #last: Watched | undefined
  #drawn = false

  note(watched: Watched): void {
    this.#before ??= watched.before
    this.#last = watched
  }

  /**
   * The network as it is now, if that is not how it was when this was asked last; else nothing. The first time, also as
   * it was before: from then on, each drawing is the one before the next.
   */
  text(): string {
    const [before, last] = [this.#before, this.#last]
    this.#before = undefined
    if (!before || !last) return ''
    const now = networkPicture(before, last.after, last.shells)
    if (!hasNews(now)) return ''
    const was = networkPicture(before, before, last.shells)
    const parts = this.#drawn ? [] : [networkText('the network before', was)]
    this.#drawn = true
    return [...parts, networkText('the network now', now)].join('\n\n')
  }
}

function networkText(title: string, spaces: Space[]): string {
  const screen = look(process.stdout, process.env)
  // A drawing tells nothing to who hears it.
  const drawing = process.env.ACCESSIBLE
    ? undefined
    : drawNetwork(spaces, screen, screen.tty ? screen.height - otherLines : undefined)
  const heading = painter(screen)(title, 'strong')
  if (!drawing) return [heading, ...listNetwork(spaces, screen)].join('\n')
  return [`${heading}  ${legendOf(spaces, screen)}`.trimEnd(), ...drawing].join('\n')
}

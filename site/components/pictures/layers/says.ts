import type { Deed, Layer } from './overlay.ts'

const names = (layers: readonly Layer[]) => layers.map(({ name }) => name).join(' and ')

/** What happened, in one sentence. `directory`: whether the name is that of one. */
export function says(deed: Deed, directory: boolean): string {
  if (deed.did === 'committed')
    return `All that was in upper, whiteouts too, is the lower layer ${deed.name} now, and a new, empty upper lies on top.`
  const at = `/${deed.path}`
  switch (deed.did) {
    case 'read': {
      const [first, ...rest] = deed.from
      if (directory) return `${at} is put together from ${names(deed.from)}: what you see is the sum of them.`
      return `Looking down from above, ${at} is found first in ${first?.name}${rest.length ? '' : ', and nothing is copied'}.`
    }
    case 'copied up':
      return `${deed.from[0]?.name} is only read: so the whole file was copied up to upper, and the line was added to the copy.`
    case 'changed':
      return 'The file is in upper already: the line was added there, and nothing had to be copied.'
    case 'created':
      return deed.over
        ? 'The new file stands in upper, where the whiteout was, and hides what is below as the whiteout did.'
        : 'The new file stands in upper, and nothing of that name shows through from below.'
    case 'made':
      return deed.over
        ? `The new directory stands where a whiteout was, so it is marked opaque (trusted.overlay.opaque=y, or in a user namespace user.overlay.opaque=y): nobody looks through it at the ${at} below.`
        : 'The new directory stands in upper, and nothing of that name shows through from below.'
    case 'whited out':
      return `${names(deed.from)} still ${deed.from.length > 1 ? 'have' : 'has'} it; in upper there is a whiteout now, a character device 0,\u00a00, and whoever looks from above sees nothing.`
    case 'removed':
      return 'It was in upper and nowhere below: it is gone, and no whiteout is needed.'
    case 'nothing':
      return {
        missing: `There is no ${at}: no layer shows one.`,
        'no directory': `There is no directory for ${at}.`,
        there: `${at} is there already.`,
      }[deed.because]
  }
}

import { type Component, defineAsyncComponent } from 'vue'

const files = import.meta.glob<{ default: Component }>('./pictures/*.vue')

/** `cutaway` for pictures/Cutaway.vue, `id-map` for pictures/IdMap.vue. */
const nameOf = (file: string) =>
  file
    .replace(/^.*\/|\.vue$/g, '')
    .replace(/(?<=[a-z])[A-Z]/g, '-$&')
    .toLowerCase()

/** Every picture there is: a file in pictures/ is one. It is loaded by the pages that show it. */
export const pictures: Record<string, Component> = Object.fromEntries(
  Object.entries(files).map(([file, load]) => [nameOf(file), defineAsyncComponent(load)]),
)

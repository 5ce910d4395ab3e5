import { type Component, defineAsyncComponent } from 'vue'
import { pictureName } from './picture-name.ts'

const files = import.meta.glob<{ default: Component }>('./pictures/*.vue')

/** Every picture there is: a file in pictures/ is one. It is loaded by the pages that show it. */
export const pictures: Record<string, Component> = Object.fromEntries(
  Object.entries(files).map(([file, load]) => [pictureName(file), defineAsyncComponent(load)]),
)

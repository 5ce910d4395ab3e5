/** The name of a picture: `cutaway` for pictures/Cutaway.vue, `id-map` for pictures/IdMap.vue. */
export function pictureName(file: string): string {
  return file
    .replace(/^.*\/|\.vue$/g, '')
    .replace(/(?<=[a-z])[A-Z]/g, '-$&')
    .toLowerCase()
}

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Lesson, LessonError, type Picture } from '../../../src/literate/lesson.ts'
import { pictureName } from '../../components/picture-name.ts'
import { root } from '../project.ts'
import { safe } from '../safe.ts'

/** Refuses a lesson that shows a picture which nobody has drawn. */
export function provePictures({ blocks, file }: Lesson): void {
  const drawn = readdirSync(join(root, 'site/components/pictures'))
    .filter((name) => name.endsWith('.vue'))
    .map(pictureName)
  for (const block of blocks) {
    if (block.kind !== 'picture' || drawn.includes(block.name)) continue
    throw new LessonError(file, block.line, `no picture "${block.name}"`, `one of ${drawn.join(', ')}`)
  }
}

/** The picture itself; what stands behind its name goes to it. */
export function pictureTag({ name, props }: Pick<Picture, 'name' | 'props'>): string {
  const attributes = Object.entries({ name, ...props }).map(([key, value]) => `${key}="${safe(value)}"`)
  return `<NamedPicture ${attributes.join(' ')} />`
}

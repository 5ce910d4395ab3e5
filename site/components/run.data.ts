import { type Anatomy, anatomy, runFile } from '../build/anatomy.ts'

declare const data: Anatomy

export { data }

/** VitePress runs it while it builds: the page gets what it returns, and none of the code. */
export default { watch: [`../../${runFile}`], load: () => anatomy() }

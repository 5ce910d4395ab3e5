import { existsSync, readdirSync } from 'node:fs'
import { defineConfig } from 'tsdown'

// One bundle for the command, and one small module per lesson for its checks: a lesson is found by being in
// lessons/, so its checks are too.
const lessons = readdirSync('lessons').filter((name) => existsSync(`lessons/${name}/checks.ts`))

export default defineConfig({
  entry: {
    cooper: 'src/cli/cooper.ts',
    ...Object.fromEntries(lessons.map((name) => [`lessons/${name}/checks`, `lessons/${name}/checks.ts`])),
  },
  platform: 'node',
  target: 'node20.19',
  // Node is quicker with these than with modules: `cooper run` starts 10 ms earlier, a twentieth of the whole.
  format: 'cjs',
  checks: { legacyCjs: false },
  dts: false,
  clean: true,
  hash: false,
})

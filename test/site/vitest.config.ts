import { defineConfig } from 'vitest/config'

/** The site's tests build it and drive it in a browser, so they run by themselves: `npm run test:site`. */
export default defineConfig({
  test: {
    include: ['test/site/**/*.spec.ts'],
    globalSetup: ['test/support/dist.ts', 'test/site/support/build.ts'],
    // A page of a long lesson has ten thousand elements to look at, four pages at a time.
    testTimeout: 300_000,
    maxConcurrency: 4,
    hookTimeout: 120_000,
  },
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder of its own for one test, gone with all that is in it when the test ends. */
export function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'cooper-test-'))
  // Who was killed in it may need a moment to let go of it.
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }))
  return dir
}

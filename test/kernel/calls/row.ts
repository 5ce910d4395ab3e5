import type { Act } from '../../../src/kernel/index.ts'

/** A call: what it is, as one writes it in C, as one types it, and as the addon takes it, where it goes there. */
export type Row = [act: Act, said: string, typed: string, encoded: unknown[] | undefined]

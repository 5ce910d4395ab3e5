/**
 * The one ordering rule. A call says its stage, and composing a plan is a stable sort by this list, so a piece never
 * needs to know what other pieces do.
 */
export const stages = {
  claim: {
    side: 'machine',
    why: 'what must exist before the child: groups with their limits, bridges, held ports',
  },
  born: {
    side: 'machine',
    why: 'one clone with every new namespace; the kernel makes the user namespace first',
  },
  admit: {
    side: 'machine',
    why: 'needs the child’s pid, and the child waits: its id maps, its end of a cable',
  },
  become: { side: 'child', why: 'the ids are mapped: become root inside' },
  part: { side: 'child', why: 'cut propagation before the first mount' },
  root: { side: 'child', why: 'put the new root in place' },
  furnish: { side: 'child', why: 'proc, sys, dev, files: while the old root can still be reached' },
  pivot: { side: 'child', why: 'swap the roots and drop the old one' },
  settle: { side: 'child', why: 'names, addresses, the working directory' },
  drop: { side: 'child', why: 'give away what the program must not have' },
} as const

export type Stage = keyof typeof stages

export const stageOrder = Object.keys(stages) as Stage[]

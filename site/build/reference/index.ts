import { apiReference } from './api.ts'
import { callReference } from './calls.ts'
import { commandReference } from './commands.ts'
import { dockerReference } from './docker.ts'
import { lessonReference } from './lessons.ts'
import { findings } from './machines.ts'
import { pieceReference, stageReference } from './plan.ts'
import { probeReference } from './probes.ts'
import { startReference } from './start.ts'

/** Makes Markdown of the sources, by the name that stands in `<!-- generated: NAME -->`. */
export type Generate = (name: string) => string

/** What probes say can only be waited for; everything else is made when a page asks for it. */
export async function openReference(): Promise<Generate> {
  const found = await findings()
  const parts: Record<string, () => string> = {
    api: apiReference,
    calls: callReference,
    commands: commandReference,
    lessons: () => lessonReference('en'),
    'lessons-zh': () => lessonReference('zh'),
    pieces: pieceReference,
    probes: () => probeReference(found),
    stages: stageReference,
    start: () => startReference('en'),
    'start-zh': () => startReference('zh'),
    ...dockerReference,
  }
  return (name) => {
    const part = parts[name]
    if (!part) throw new Error(`nothing generates "${name}"; there are ${Object.keys(parts).join(', ')}`)
    return part()
  }
}

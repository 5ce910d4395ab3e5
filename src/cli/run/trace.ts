import { explainCall, type Traced } from '../../container/index.ts'
import { errnoCode } from '../../kernel/index.ts'
import { renderCall } from '../look/result.ts'
import { look } from '../look/terminal.ts'

/** A call on standard error as soon as it was made: standard output is the command's. */
export function say({ call, errno, nanoseconds }: Traced): void {
  const { stage, call: said } = explainCall(call)
  const error = errno ? errnoCode(errno) : undefined
  const screen = look(process.stderr, process.env)
  console.error(renderCall({ stage, call: said, microseconds: nanoseconds / 1000, error }, screen))
}

import { scrub } from './scrub'

/** An error as a log line shows it. */
export interface DescribedError {
  name: string
  message: string
  code?: string
  /** Frames only: the head of a stack repeats the message. */
  stack?: string[]
  cause?: DescribedError
}

const deepest = 5
const mostFrames = 12

/** Name, public message, code, frames and causes; without the values that drivers and parsers quote in their messages. */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error))
    return { name: typeof error, message: typeof error === 'string' ? scrub(error) : '' }
  const code = (error as { code?: unknown }).code
  const described: DescribedError = { name: scrub(error.name), message: scrub(withoutValues(error)) }
  if (typeof code === 'string' || typeof code === 'number') described.code = scrub(String(code))
  const frames = framesOf(error)
  if (frames.length > 0) described.stack = frames
  if (error.cause !== undefined && depth < deepest) described.cause = describeError(error.cause, depth + 1)
  return described
}

/**
 * Drizzle appends the parameters of a failed query; Postgres' data exceptions (class 22), JSON and FTS5 syntax errors quote the text they
 * stumbled over. All of that is what users wrote.
 */
function withoutValues(error: Error): string {
  const message = error.message.replace(/\nparams:[\s\S]*/, '')
  const { code } = error as { code?: unknown }
  const quotes =
    error instanceof SyntaxError ||
    error.name === 'SQLiteError' ||
    (typeof code === 'string' && /^22...$/.test(code))
  return quotes
    ? message
        .replace(/"[\s\S]*"/, '"…"')
        .replace(/'[\s\S]*'/, "'…'")
        .replace(/(no such column: ).*/s, '$1…')
    : message
}

function framesOf(error: Error): string[] {
  const stack = error.stack ?? ''
  const at = error.message ? stack.indexOf(error.message) : -1
  const rest = at < 0 ? stack : stack.slice(at + error.message.length)
  const frames = rest
    .split('\n')
    .filter((line) => /^\s+at .*(?::\d+:\d+\)?|native:.*|\(native\)|unknown\)?)$/.test(line))
  return frames.slice(0, mostFrames).map((line) => scrub(line.trim().slice(3)))
}

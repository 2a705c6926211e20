import { AppError } from '../../core/errors'

const first = 5000
const longest = 3_600_000

/** Milliseconds until the next attempt after `attempt` failed: 5 s, 10 s, 20 s … 1 h, up to a fifth more, and never before a `retryAfter`. */
export function backoff(attempt: number, error?: unknown): number {
  const pause = Math.min(longest, first * 2 ** (attempt - 1))
  const asked = error instanceof AppError ? (error.retryAfter ?? 0) * 1000 : 0
  return Math.max(asked, Math.round(pause * (1 + Math.random() / 5)))
}

/** What may be kept of an error: the text of a public one, the class of any other. */
export function describeFailure(error: unknown): string {
  if (error instanceof AppError) return `${error.code}: ${error.message}`.slice(0, 300)
  return (error instanceof Error ? error.name : 'Error').slice(0, 300)
}

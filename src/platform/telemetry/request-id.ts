import { AsyncLocalStorage } from 'node:async_hooks'
import { scrubOnce } from './scrub'
import type { WithRequestId } from './telemetry'

const ids = new AsyncLocalStorage<string>()

/** The newest id of our own: nothing of another is in it. */
let made = ''

export function newRequestId(): string {
  made = Bun.randomUUIDv7()
  return made
}

/** Runs `work`; every log line written below it, also after an await, carries this request id, without secrets that a caller put into it. */
export const withRequestId: WithRequestId = (requestId, work, given) =>
  ids.run(requestId === made ? made : scrubOnce(requestId), work, given!)

/** Goes on with `work` for the request that `currentRequestId` once told of, where what belongs to another called back. */
export function resumeRequest<A, B>(
  requestId: string | undefined,
  work: (given: A, other?: B) => void,
  given: A,
  other?: B,
): void {
  if (requestId === currentRequestId()) work(given, other)
  else ids.run(requestId as string, work, given, other)
}

/** The id of the request being served as it may be logged, or undefined outside of one. */
export const currentRequestId = (): string | undefined => ids.getStore()

import type { OwnedBus } from './owned-bus'
import { makeRefusal, type Refusal, rpcCodes } from './refusal'

/** Streams of `subscriptions/listen` that one principal may hold open. All principals together share those of the process. */
export const mostStreams = 64
/** Streams of all principals. */
export const mostOfAll = 4096
/** Characters of such a request: it is kept as long as its stream. */
const longestRequest = 64 * 1024

/** Refuses a stream of changes that would keep too much, or be one too many; undefined for every other request. */
export function checkListen(body: unknown, bus: OwnedBus, owner: string): Refusal | undefined {
  if ((Object(body) as { method?: unknown }).method !== 'subscriptions/listen') return undefined
  if (bus.streamsOf(owner) >= mostStreams) return tooMany
  return JSON.stringify(body).length > longestRequest ? tooLong : undefined
}

const tooMany = makeRefusal(
  429,
  rpcCodes.rateLimited,
  `At most ${mostStreams} streams of changes can be open: close one before the next`,
)
const tooLong = makeRefusal(
  413,
  rpcCodes.invalidRequest,
  `A request for changes holds at most ${longestRequest / 1024} KB: follow fewer resources`,
)

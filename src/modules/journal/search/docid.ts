import { hash } from './hash'

const bits = 20
const span = 2 ** bits

/**
 * The entry's number in the search index: seconds of `occurredAt` (milliseconds) in the upper bits, twenty bits made from the id below. So
 * "newest first" is "docid descending", and a span of time is a span of docids. Below 2^53 until the year 2242. `attempt` gives
 * another number for the same second when one is taken.
 */
export const docidOf = (occurredAt: number, id: string, attempt = 0): number =>
  Math.floor(occurredAt / 1000) * span + (hash(attempt === 0 ? id : `${id}:${attempt}`) % span)

/** The docids that a span of time (milliseconds, both ends included) can have. */
export const docidRange = (from: number, to: number): { low: number; high: number } => ({
  low: Math.floor(from / 1000) * span,
  high: Math.floor(to / 1000) * span + span - 1,
})

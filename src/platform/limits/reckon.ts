import type { Ask, Span, Taken } from './store'

/** How far one window has slid over an owner's log. */
export interface Edge {
  /** The owner's total when the newest call left the window. */
  left: number
  /** When the oldest call inside was made (ms); Infinity for an empty window. */
  oldest: number
}

/** When the call that brings the total to `needed` leaves `span`, in ms. */
export type FindFree = (span: Span, edge: Edge, needed: number) => number

/**
 * Decides an ask: with `total` calls ever and a window that `left` of them have left, `total - left` are inside. All windows
 * must have room for the cost.
 */
export function reckon(
  ask: Ask,
  at: number,
  total: number,
  edges: readonly Edge[],
  findFree: FindFree,
): Taken {
  const taken: Taken = { admitted: true, at, used: [], leaves: [], freeAt: 0, blocking: -1 }
  for (let index = 0; index < edges.length; index++) {
    const span = ask.spans[index]!
    const edge = edges[index]!
    const used = total - edge.left
    taken.used.push(used)
    taken.leaves.push(edge.oldest === Infinity ? at : edge.oldest + span.seconds * 1000)
    if (used + ask.cost <= span.limit) continue
    taken.admitted = false
    const free = findFree(span, edge, total + ask.cost - span.limit)
    if (free > taken.freeAt) {
      taken.freeAt = free
      taken.blocking = index
    }
  }
  return taken
}

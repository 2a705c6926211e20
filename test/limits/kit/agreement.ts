import { expect } from 'bun:test'
import fc from 'fast-check'
import type { Span, Store } from '../../../src/platform/limits/store'
import { createReference } from './reference'

/** Limits so small that every window is the one that refuses now and then. */
export const smallSpans: Span[] = [
  { name: 'burst', seconds: 10, limit: 4 },
  { name: 'hour', seconds: 3600, limit: 7 },
  { name: 'day', seconds: 86_400, limit: 12 },
  { name: 'month', seconds: 2_592_000, limit: 20 },
]

export const start = Date.UTC(2026, 10, 21, 9, 30, 0, 250)

/** Steps of the clock in ms: inside a second, to the edge of each window and 1 ms to either side, and back. */
const edges = smallSpans.flatMap(({ seconds }) => [seconds * 1000 - 1, seconds * 1000, seconds * 1000 + 1])
const steps = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 3000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1000, max: 4_000_000 }) },
  { weight: 2, arbitrary: fc.constantFrom(...edges) },
  { weight: 1, arbitrary: fc.integer({ min: -20_000, max: -1 }) },
)

const call = fc.record({
  kind: fc.constant('take' as const),
  owner: fc.integer({ min: 0, max: 1 }),
  cost: fc.oneof(
    { weight: 5, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 4 }) },
  ),
  spans: fc.oneof(
    { weight: 5, arbitrary: fc.constant(smallSpans) },
    { weight: 1, arbitrary: fc.constantFrom(smallSpans.slice(1), smallSpans.slice(0, 2)) },
  ),
  wait: fc.boolean(),
})
const move = fc.record({ kind: fc.constant('move' as const), by: steps })
const prune = fc.record({ kind: fc.constant('prune' as const) })
type Step =
  | { kind: 'take'; owner: number; cost: number; spans: Span[]; wait: boolean }
  | { kind: 'move'; by: number }
  | { kind: 'prune' }

const program = fc.array(
  fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 8, arbitrary: call },
    { weight: 4, arbitrary: move },
    { weight: 1, arbitrary: prune },
  ),
  { minLength: 1, maxLength: 60 },
)

export interface Subject {
  /** One that obeys `now`. */
  open(now: () => number): Promise<Store>
  runs: number
  /** Pruning thins what is older than a day. */
  thins: boolean
}

/** Runs random programs against a store and the plain reference, and compares every answer. */
export async function checkAgreement(subject: Subject): Promise<void> {
  let now = start
  let run = 0
  const store = await subject.open(() => now)
  const play = async (steps: Step[]) => {
    const reference = createReference()
    const prefix = `run-${run++}-`
    now = start
    let pruned = start
    for (const step of steps) {
      if (step.kind === 'move') now = Math.max(pruned, now + step.by)
      else if (step.kind === 'prune') {
        pruned = now
        await store.prune()
        if (subject.thins) reference.prune(now)
      } else {
        const { cost, spans } = step
        const ask = { owner: prefix + step.owner, cost, spans }
        const expected = reference.take(ask, now)
        const { blocking, ...actual } = await store.take(ask)
        expect(actual).toEqual(expected)
        expect(blocking >= 0).toBe(!expected.admitted)
        if (step.wait && !expected.admitted && cost > 0) {
          now += Math.max(1, Math.ceil((expected.freeAt - now) / 1000)) * 1000
        }
      }
    }
  }
  try {
    await fc.assert(fc.asyncProperty(program, play), { numRuns: subject.runs })
  } finally {
    await store.close()
  }
}

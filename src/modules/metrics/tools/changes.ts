import { rounded } from '../query/aggregation'
import type { MeasuredGroup } from './measure-groups'

export const measures = ['p50', 'p95', 'p99', 'avg', 'error_percent', 'calls'] as const
export type Measure = (typeof measures)[number]

export const verdicts = ['higher', 'lower', 'similar', 'new', 'gone', 'too_few_calls'] as const
export type Verdict = (typeof verdicts)[number]

/** One group in both periods; numbers are null where it had no calls. */
export interface Change {
  group: string | null
  verdict: Verdict
  before: number | null
  now: number | null
  change: number | null
  change_percent: number | null
  calls_before: number
  calls_now: number
}

const numberOf = (group: MeasuredGroup | undefined, measure: Measure): number | null => {
  if (!group) return null
  if (measure === 'calls' || measure === 'error_percent') return group[measure]
  return group[`${measure}_ms`]
}

/** Every group of either period with what changed, the largest rise first. */
export function changesOf(
  now: MeasuredGroup[],
  before: MeasuredGroup[],
  { measure, threshold, minCalls }: { measure: Measure; threshold: number; minCalls: number },
): Change[] {
  const earlier = new Map(before.map((group) => [group.values[0]!, group]))
  const later = new Map(now.map((group) => [group.values[0]!, group]))
  const names = new Set([...later.keys(), ...earlier.keys()])
  const changes = [...names].map((name): Change => {
    const [a, b] = [earlier.get(name), later.get(name)]
    const [was, is] = [numberOf(a, measure), numberOf(b, measure)]
    const change = was === null || is === null ? null : rounded(is - was)
    const share = change === null || !was ? null : rounded((100 * change) / was)
    const calls = { calls_before: a?.calls ?? 0, calls_now: b?.calls ?? 0 }
    const verdict = verdictOf({ ...calls, change, share, measure }, threshold, minCalls)
    return { group: name, verdict, before: was, now: is, change, change_percent: share, ...calls }
  })
  const rank = ({ verdict, change, change_percent }: Change) =>
    verdict === 'too_few_calls' || change === null ? -Infinity : (change_percent ?? change)
  return changes.toSorted((a, b) => rank(b) - rank(a) || b.calls_now - a.calls_now)
}

interface Facts {
  calls_before: number
  calls_now: number
  change: number | null
  share: number | null
  measure: Measure
}

function verdictOf(facts: Facts, threshold: number, minCalls: number): Verdict {
  const { calls_before, calls_now, change, share, measure } = facts
  if (calls_before === 0) return 'new'
  if (calls_now === 0) return 'gone'
  const few = measure === 'calls' ? Math.max(calls_before, calls_now) : Math.min(calls_before, calls_now)
  if (few < minCalls || change === null) return 'too_few_calls'
  // Percent of a percentage would make one error among many calls look like a doubling.
  const moved =
    measure === 'error_percent' ? change : (share ?? (change === 0 ? 0 : Math.sign(change) * Infinity))
  const least = measure === 'error_percent' ? threshold / 10 : threshold
  return Math.abs(moved) <= least ? 'similar' : moved > 0 ? 'higher' : 'lower'
}

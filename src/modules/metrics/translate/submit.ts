import type { Principal } from '../../../core/principal'
import { type Ingest, newRequestId } from '../ingest/accept'
import type { Group } from './group'

/** What became of the groups of one request. Whatever was accepted is on disk. */
export interface Submitted {
  accepted: number
  rejected: number
  /** Why, without the sender's values. */
  errors: string[]
}

/** As whom a group is stored; a string that says why not when the key does not speak for it. */
export type Speaker = (group: Group) => { service: string } | string

/** A sender that names itself must be the one that its key is for, unless the key is for any. */
export const ownName =
  ({ service: own }: Principal, fallback: string): Speaker =>
  ({ service }) => {
    if (own === undefined || own === 'any') return { service: service ?? fallback }
    if (service === undefined || service === own) return { service: own }
    return `this key sends metrics of the service ${own}, not of another one`
  }

/** A key that is for one service gives it to everything it sends. */
export const keysName =
  ({ service: own }: Principal, fallback: string): Speaker =>
  ({ service }) => ({ service: own === undefined || own === 'any' ? (service ?? fallback) : own })

/** Metrics of one submission; a request may have more. */
const together = 2048

/** Stores every group; those that are refused do not stand in the way of the others. Throws `unavailable` when the disk does not take them. */
export async function submit(ingest: Ingest, groups: readonly Group[], speaker: Speaker): Promise<Submitted> {
  const total: Submitted = { accepted: 0, rejected: 0, errors: [] }
  const requestId = newRequestId()
  const waiting = groups.flatMap((group) => {
    const spoken = speaker(group)
    if (typeof spoken !== 'string') return submissionsOf(group, spoken.service, requestId)
    total.rejected += group.metrics.length
    total.errors.push(spoken)
    return []
  })
  for (const { accepted, rejected, errors } of await Promise.all(waiting.map(ingest.accept))) {
    total.accepted += accepted
    total.rejected += rejected
    total.errors.push(...errors)
  }
  return total
}

function submissionsOf({ metrics, version, instance }: Group, service: string, requestId: string) {
  const count = Math.ceil(metrics.length / together)
  return Array.from({ length: count }, (_, at) => ({
    requestId,
    service,
    version,
    instance,
    metrics: metrics.slice(at * together, (at + 1) * together),
    limits: 'wide' as const,
  }))
}

const mostErrors = 5

/** The first few reasons as one text, each once. */
export function reasons(errors: readonly string[]): string {
  const distinct = [...new Set(errors)]
  const more = distinct.length - mostErrors
  return [...distinct.slice(0, mostErrors), ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}

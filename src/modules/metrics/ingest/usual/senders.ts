import { noFaults } from '../faults'
import { readSender } from '../read-sender'
import type { SenderSeries, SeriesCache } from '../series'
import { giveUp, parse } from './unusual'

export interface Sender {
  service: string
  series: SenderSeries
  /** Among all that were met. */
  number: number
  /** Of this body alone. */
  idempotencyKey?: string
}

/** The key of a request before its metrics, in ASCII and without escapes. */
const keyed = /"idempotency_key": ?"([ !#-[\]-~]{1,200})",/

/** Senders that are remembered; then all are forgotten and gathered anew. */
const mostKept = 1000

/** Finds a sender by the text of a body before its metrics. */
export function createSenders(cache: SeriesCache): (head: string) => Sender {
  const senders = new Map<string, Sender>()
  let met = 0
  const senderOf = (head: string): Sender => {
    const known = senders.get(head)
    if (known) return known
    const idempotencyKey = keyed.exec(head)?.[1]
    // Of two the last one counts, as for JSON.parse.
    if (idempotencyKey !== undefined) return { idempotencyKey, ...senderOf(head.replace(keyed, '')) }
    const sender = { ...read(head, cache), number: met++ }
    if (senders.size >= mostKept) senders.clear()
    senders.set(head, sender)
    return sender
  }
  return senderOf
}

function read(head: string, cache: SeriesCache): Omit<Sender, 'number'> {
  const { service, version, instance_id: instance, metrics: _, ...others } = parse(`${head}"metrics":0}`)
  const faults = noFaults()
  const sender = readSender({ service, version, instance } as Parameters<typeof readSender>[0], faults)
  if (Object.keys(others).length + faults.form.length + faults.values.length > 0) giveUp()
  return { service: sender.service, series: cache.of(sender) }
}

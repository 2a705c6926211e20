import type { LocalConnection } from '../../../core/local-database'
import type { Batch } from '../ingest/record'
import { type StoredSeries, unmet } from './row'

/** Finds the rows of series by their texts, or adds them. */
export interface SeriesIds {
  /** One for each metric of the batch. */
  of(batch: Pick<Batch, 'series' | 'seriesOf' | 'receivedAt'>): StoredSeries[]
  /** A transaction was taken back: rows that were added may be gone. */
  forget(): void
}

/** Kept in memory; whatever else is added anew, which costs a row and no search. */
const mostKept = 50_000
/** Milliseconds after which a series is added anew, so that rows no sample needs any more can be told by their age. */
const lifetime = 24 * 3600 * 1000

/** A row, and until when it may be used. All that is asked of it for a metric stands in one object, for each that comes into the caches costs time. */
interface Kept extends StoredSeries {
  until: number
}

export function createSeriesIds(db: LocalConnection): SeriesIds {
  const kept = new Map<string, Kept>()
  /** The same by the place of the text in `texts`: those of some thousand senders are not looked at again for each of their metrics. */
  let byPlace: Kept[] = []
  let texts: readonly string[] = []
  const insert = db.statement(
    'insert into series (service, service_version, instance_id, metric_type, dimensions, created_at) values (?, ?, ?, ?, ?, ?)',
  )
  const find = (text: string, now: number): Kept => {
    const found = kept.get(text)
    if (found && isUsable(found, now)) return found
    const added = add(insert, text, now)
    if (kept.size >= mostKept) kept.clear()
    kept.set(text, added)
    return added
  }
  const at = (place: number, now: number): Kept => {
    const known = byPlace[place]
    if (known && isUsable(known, now)) return known
    byPlace[place] = find(texts[place]!, now)
    return byPlace[place]
  }
  return {
    of({ series, seriesOf, receivedAt }) {
      if (series !== texts) byPlace = []
      texts = series
      const found = new Array<StoredSeries>(seriesOf.length)
      for (let row = 0; row < found.length; row++) found[row] = at(seriesOf[row]!, receivedAt)
      return found
    },
    forget() {
      kept.clear()
      byPlace = []
    },
  }
}

const isUsable = ({ until }: Kept, now: number) => now < until && now >= until - lifetime

function add(insert: ReturnType<LocalConnection['statement']>, text: string, now: number): Kept {
  const [service, version, instance, metric_type, given] = JSON.parse(text)
  const dimensions = JSON.stringify(given)
  const { lastId: id } = insert.run(service, version, instance, metric_type, dimensions, now)
  const row = { service, service_version: version, instance_id: instance, metric_type, dimensions }
  return { id, until: now + lifetime, ...unmet, ...row }
}

import type { LocalConnection } from '../../../core/local-database'
import type { Batch, Column } from '../ingest/record'

/** Finds the rows of series by their texts, or adds them. */
export interface SeriesIds {
  /** The id of each metric's series. */
  of(batch: Pick<Batch, 'series' | 'seriesOf' | 'receivedAt'>): Column
  /** A transaction was taken back: rows that were added may be gone. */
  forget(): void
}

/** Kept in memory; whatever else is added anew, which costs a row and no search. */
const mostKept = 50_000
/** Milliseconds after which a series is added anew, so that rows no sample needs any more can be told by their age. */
const lifetime = 24 * 3600 * 1000

/** A row, and until when it may be used. */
interface Kept {
  id: number
  until: number
}

/**
 * Rows by the place of their text in the texts of a batch, as columns: those of some thousand senders are not looked at again for each of their metrics, and
 * an object that comes into the caches for each would cost as much as all else that is done here.
 */
const placesFor = (texts: number) => ({ ids: new Float64Array(texts), until: new Float64Array(texts) })

export function createSeriesIds(db: LocalConnection): SeriesIds {
  const kept = new Map<string, Kept>()
  let places = placesFor(0)
  let texts: readonly string[] = []
  const insert = db.statement(
    'insert into series (service, service_version, instance_id, metric_type, dimensions, created_at) values (?, ?, ?, ?, ?, ?)',
  )
  const find = (text: string, now: number): Kept => {
    const found = kept.get(text)
    if (found && isUsable(found.until, now)) return found
    const added = { id: add(insert, text, now), until: now + lifetime }
    if (kept.size >= mostKept) kept.clear()
    kept.set(text, added)
    return added
  }
  const at = (place: number, now: number): number => {
    if (isUsable(places.until[place]!, now)) return places.ids[place]!
    const { id, until } = find(texts[place]!, now)
    places.ids[place] = id
    places.until[place] = until
    return id
  }
  /** Texts of a batch are those of the one before, with more behind them, or others. */
  const turnTo = (series: readonly string[]) => {
    const { ids, until } = places
    const same = series === texts
    texts = series
    if (same && series.length <= ids.length) return
    places = placesFor(2 * series.length)
    if (!same) return
    places.ids.set(ids)
    places.until.set(until)
  }
  return {
    of({ series, seriesOf, receivedAt }) {
      turnTo(series)
      const found = new Float64Array(seriesOf.length)
      for (let row = 0; row < found.length; row++) found[row] = at(seriesOf[row]!, receivedAt)
      return found
    },
    forget() {
      kept.clear()
      places = placesFor(0)
      texts = []
    },
  }
}

const isUsable = (until: number, now: number) => now < until && now >= until - lifetime

function add(insert: ReturnType<LocalConnection['statement']>, text: string, now: number): number {
  const [service, version, instance, type, dimensions] = JSON.parse(text)
  return insert.run(service, version, instance, type, JSON.stringify(dimensions), now).lastId
}

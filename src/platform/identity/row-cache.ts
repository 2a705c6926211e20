/** Rows read from the database lately. What is kept is the row; whoever uses it checks the secret against it each time. */
export interface RowCache<T> {
  /** The row as it was less than the time to live before `at`, which is now. One that grows old is read again behind the answer, so that who asks often never waits. */
  peek(id: string, at?: number): T | undefined
  /** The row as it last was, however long ago. */
  recall(id: string): T | undefined
  /** Reads the row now; requests that ask at the same time share one query. Rows that do not exist are not remembered. */
  load(id: string): Promise<T | undefined>
  /** Drops rows; a query that is under way may answer those who wait for it, but is not remembered or joined. */
  forget(matches: (row: T) => boolean): void
}

export interface RowCacheOptions<T> {
  read(id: string): Promise<T | undefined>
  now(): number
  /** Milliseconds. */
  timeToLive: number
  /** Rows kept; the oldest leaves first. */
  size: number
}

interface Kept<T> {
  row: T
  /** When its query began: what it says was true then. */
  readAt: number
}

export function createRowCache<T>({ read, now, timeToLive, size }: RowCacheOptions<T>): RowCache<T> {
  const kept = new Map<string, Kept<T>>()
  const pending = new Map<string, Promise<T | undefined>>()
  let generation = 0

  const keep = (id: string, entry: Kept<T>) => {
    kept.delete(id)
    if (kept.size >= size) kept.delete(kept.keys().next().value!)
    kept.set(id, entry)
  }
  const query = async (id: string) => {
    const [readAt, begunIn] = [now(), generation]
    const row = await read(id)
    if (begunIn !== generation) return row
    if (row === undefined) kept.delete(id)
    else keep(id, { row, readAt })
    return row
  }
  const load = (id: string) => {
    const joined = pending.get(id)
    if (joined) return joined
    const own = query(id).finally(() => {
      if (pending.get(id) === own) pending.delete(id)
    })
    pending.set(id, own)
    return own
  }
  return {
    peek(id, at = now()) {
      const entry = kept.get(id)
      if (!entry) return undefined
      const age = at - entry.readAt
      if (age < 0 || age >= timeToLive) return undefined
      // A failure is told by the request that finds the row too old.
      if (age > timeToLive / 2) load(id).catch(() => {})
      return entry.row
    },
    recall: (id) => kept.get(id)?.row,
    load,
    forget(matches) {
      generation++
      pending.clear()
      for (const [id, { row }] of kept) if (matches(row)) kept.delete(id)
    },
  }
}

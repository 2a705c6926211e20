import type { SqliteLog } from './sqlite-log'
import { windowSeconds } from './tiers'

const ownersAtOnce = 200

interface Owner {
  id: number
}

/**
 * Removes what has left the month, but for the newest such row of an owner with later calls: its total is where the month
 * begins. Rows older than a day are thinned to one a minute, which moves their calls to the last of that minute and so lets
 * none go early.
 */
function statements({ db }: SqliteLog) {
  return {
    owners: db.query<Owner, [number]>(
      `select id from owners where id > ?1 order by id limit ${ownersAtOnce}`,
    ),
    start: db.query<{ second: number }, [number, number, number]>(
      'select second from log where owner_id = ?1 and second <= ?2 and at <= ?3 order by second desc limit 1',
    ),
    dropBefore: db.query<null, [number, number]>('delete from log where owner_id = ?1 and second < ?2'),
    dropQuiet: db.query<null, [number, number]>(
      'delete from log where owner_id = ?1 and not exists (select 1 from log where owner_id = ?1 and at > ?2)',
    ),
    dropOwner: db.query<null, [number]>(
      'delete from owners where id = ?1 and not exists (select 1 from log where owner_id = ?1)',
    ),
    thin: db.query<null, [number, number, number]>(
      `delete from log where owner_id = ?1 and second > ?2 and second < ?3 and exists (
         select 1 from log later where later.owner_id = log.owner_id and later.second > log.second
         and later.second < ?3 and later.second / 60 = log.second / 60)`,
    ),
  }
}

function pruneOwner(sql: ReturnType<typeof statements>, id: number, now: number): number {
  const monthStart = now - windowSeconds.month * 1000
  const dayStart = Math.floor(now / 1000) - windowSeconds.day
  let removed = 0
  const start = sql.start.get(id, Math.floor(monthStart / 1000), monthStart)
  if (start) {
    removed += sql.dropBefore.run(id, start.second).changes
    removed += sql.dropQuiet.run(id, monthStart).changes
  }
  removed += sql.thin.run(id, start?.second ?? -1, dayStart).changes
  sql.dropOwner.run(id)
  return removed
}

/** Goes through all owners, some at a time, so that calls come in between. */
export async function pruneSqlite(log: SqliteLog, now: number): Promise<number> {
  const sql = statements(log)
  let removed = 0
  for (let after = 0; ; ) {
    const owners = sql.owners.all(after)
    if (owners.length === 0) return removed
    log.db
      .transaction(() => {
        for (const { id } of owners) removed += pruneOwner(sql, id, now)
      })
      .immediate()
    after = owners.at(-1)!.id
    await new Promise((resolve) => setImmediate(resolve))
  }
}

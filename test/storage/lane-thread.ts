import { serveLocal } from '../../src/platform/storage/local/thread'

declare const self: Worker

/** Waits until the flag is raised. */
const wait = (gate: SharedArrayBuffer) => Atomics.wait(new Int32Array(gate), 0, 0)

const notes = 'create table notes (id integer primary key)'

/** A thread whose calls last until the test lets them end. */
serveLocal(
  self,
  {
    writing: (db) => ({
      add: () => db.statement('insert into notes default values').run().lastId,
      /** Leaves so many pages in the write-ahead log. */
      leavePages(pages: number) {
        db.script('pragma wal_autocheckpoint = 0; create table if not exists pages (bytes)')
        db.transaction(() => {
          for (let page = 0; page < pages; page++)
            db.statement('insert into pages values (randomblob(16000))').run()
        })
      },
      pagesLeft() {
        const { log, checkpointed } = db
          .statement<{ log: number; checkpointed: number }>('pragma wal_checkpoint(noop)')
          .get()!
        return log - checkpointed
      },
      hold: (gate: SharedArrayBuffer) => wait(gate),
    }),
    reading: (db) => ({
      count: () => db.statement<{ n: number }>('select count(*) as n from notes').get()!.n,
      echo: (text: string) => text,
      holdShort: (gate: SharedArrayBuffer) => wait(gate),
      holdLong(gate: SharedArrayBuffer) {
        db.spend(10_000_000)
        wait(gate)
        return 'long'
      },
      rows: (count: number) =>
        db
          .statement(
            'with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) select i from n',
          )
          .values(count).length,
    }),
  },
  [{ id: '0001', name: 'notes', up: notes }],
)

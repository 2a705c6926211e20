import type { LocalConnection, LocalStep } from '../../../core/local-database'

const ledger = `create table if not exists holdfast_steps (
  id text not null primary key,
  name text not null,
  applied_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) strict`

/** Brings a local file to the schema of this binary, step by step. Throws for a file that a newer binary has written. */
export function applySteps(db: LocalConnection, steps: readonly LocalStep[]): void {
  db.script(ledger)
  const applied = db.statement<{ id: string }>('select id from holdfast_steps').all()
  const known = new Set(steps.map(({ id }) => id))
  const newer = applied.find(({ id }) => !known.has(id))
  if (newer)
    throw new Error(
      `${db.path} has the schema step ${newer.id}, which this binary does not know: run a newer one`,
    )
  const done = new Set(applied.map(({ id }) => id))
  for (const step of steps) if (!done.has(step.id)) apply(db, step)
}

const apply = (db: LocalConnection, { id, name, up }: LocalStep) =>
  db.transaction(() => {
    db.script(up)
    db.statement('insert into holdfast_steps (id, name) values (?, ?)').run(id, name)
  })

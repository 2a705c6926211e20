import type { LocalConnection } from '../../../core/local-database'
import { keptTables } from './kept-tables'

export interface Policy {
  table_name: string
  retention_days: number
  is_active: boolean
  timestamp_column: string
}

interface PolicyRow {
  table_name: string
  retention_days: number
  is_active: number
}

/** Every table's policy: the stored one, disabled ones too, else the default. */
export function listPolicies(db: LocalConnection, rawDays: number): Policy[] {
  const rows = db
    .statement<PolicyRow>('select table_name, retention_days, is_active from retention_policies')
    .all()
  const stored = new Map(rows.map((row) => [row.table_name, row]))
  return keptTables.map(({ name, days, column }) => {
    const row = stored.get(name)
    return {
      table_name: name,
      retention_days: row?.retention_days ?? days ?? rawDays,
      is_active: row ? Boolean(row.is_active) : true,
      timestamp_column: column,
    }
  })
}

/** Stores a table's policy. */
export function updatePolicy(db: LocalConnection, { table_name, retention_days, is_active }: Policy): void {
  db.statement(
    `insert into retention_policies (table_name, retention_days, is_active) values (?, ?, ?)
     on conflict (table_name) do update set retention_days = excluded.retention_days, is_active = excluded.is_active, updated_at = datetime('now')`,
  ).run(table_name, retention_days, is_active)
}

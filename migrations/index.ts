import postgres_0001_down from './postgres/0001_foundation.down.sql' with { type: 'text' }
import postgres_0001_up from './postgres/0001_foundation.up.sql' with { type: 'text' }
import postgres_0002_down from './postgres/0002_identity.down.sql' with { type: 'text' }
import postgres_0002_up from './postgres/0002_identity.up.sql' with { type: 'text' }
import postgres_0003_down from './postgres/0003_quotas.down.sql' with { type: 'text' }
import postgres_0003_up from './postgres/0003_quotas.up.sql' with { type: 'text' }
import postgres_0004_down from './postgres/0004_audit.down.sql' with { type: 'text' }
import postgres_0004_up from './postgres/0004_audit.up.sql' with { type: 'text' }
import postgres_0005_down from './postgres/0005_jobs.down.sql' with { type: 'text' }
import postgres_0005_up from './postgres/0005_jobs.up.sql' with { type: 'text' }
import postgres_0006_down from './postgres/0006_journal.down.sql' with { type: 'text' }
import postgres_0006_up from './postgres/0006_journal.up.sql' with { type: 'text' }
import postgres_0007_down from './postgres/0007_code.down.sql' with { type: 'text' }
import postgres_0007_up from './postgres/0007_code.up.sql' with { type: 'text' }
import postgres_0008_down from './postgres/0008_tasks.down.sql' with { type: 'text' }
import postgres_0008_up from './postgres/0008_tasks.up.sql' with { type: 'text' }
import sqlite_0001_down from './sqlite/0001_foundation.down.sql' with { type: 'text' }
import sqlite_0001_up from './sqlite/0001_foundation.up.sql' with { type: 'text' }
import sqlite_0002_down from './sqlite/0002_identity.down.sql' with { type: 'text' }
import sqlite_0002_up from './sqlite/0002_identity.up.sql' with { type: 'text' }
import sqlite_0003_down from './sqlite/0003_quotas.down.sql' with { type: 'text' }
import sqlite_0003_up from './sqlite/0003_quotas.up.sql' with { type: 'text' }
import sqlite_0004_down from './sqlite/0004_audit.down.sql' with { type: 'text' }
import sqlite_0004_up from './sqlite/0004_audit.up.sql' with { type: 'text' }
import sqlite_0005_down from './sqlite/0005_jobs.down.sql' with { type: 'text' }
import sqlite_0005_up from './sqlite/0005_jobs.up.sql' with { type: 'text' }
import sqlite_0006_down from './sqlite/0006_journal.down.sql' with { type: 'text' }
import sqlite_0006_up from './sqlite/0006_journal.up.sql' with { type: 'text' }
import sqlite_0007_down from './sqlite/0007_code.down.sql' with { type: 'text' }
import sqlite_0007_up from './sqlite/0007_code.up.sql' with { type: 'text' }
import sqlite_0008_down from './sqlite/0008_tasks.down.sql' with { type: 'text' }
import sqlite_0008_up from './sqlite/0008_tasks.up.sql' with { type: 'text' }

/** One step of the schema, on both databases, in both directions. */
export interface Migration {
  /** Four digits; the schema version that this step leads to. */
  id: string
  name: string
  postgres: { up: string; down: string }
  sqlite: { up: string; down: string }
}

/** Every step in order. The list is written by hand because a compiled binary cannot read folders. */
export const migrations: readonly Migration[] = [
  {
    id: '0001',
    name: 'foundation',
    postgres: { up: postgres_0001_up, down: postgres_0001_down },
    sqlite: { up: sqlite_0001_up, down: sqlite_0001_down },
  },
  {
    id: '0002',
    name: 'identity',
    postgres: { up: postgres_0002_up, down: postgres_0002_down },
    sqlite: { up: sqlite_0002_up, down: sqlite_0002_down },
  },
  {
    id: '0003',
    name: 'quotas',
    postgres: { up: postgres_0003_up, down: postgres_0003_down },
    sqlite: { up: sqlite_0003_up, down: sqlite_0003_down },
  },
  {
    id: '0004',
    name: 'audit',
    postgres: { up: postgres_0004_up, down: postgres_0004_down },
    sqlite: { up: sqlite_0004_up, down: sqlite_0004_down },
  },
  {
    id: '0005',
    name: 'jobs',
    postgres: { up: postgres_0005_up, down: postgres_0005_down },
    sqlite: { up: sqlite_0005_up, down: sqlite_0005_down },
  },
  {
    id: '0006',
    name: 'journal',
    postgres: { up: postgres_0006_up, down: postgres_0006_down },
    sqlite: { up: sqlite_0006_up, down: sqlite_0006_down },
  },
  {
    id: '0007',
    name: 'code',
    postgres: { up: postgres_0007_up, down: postgres_0007_down },
    sqlite: { up: sqlite_0007_up, down: sqlite_0007_down },
  },
  {
    id: '0008',
    name: 'tasks',
    postgres: { up: postgres_0008_up, down: postgres_0008_down },
    sqlite: { up: sqlite_0008_up, down: sqlite_0008_down },
  },
]

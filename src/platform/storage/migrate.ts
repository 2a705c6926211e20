import { type Applied, checksumOf, type Ledger, ledgerOf } from './migrations-table'
import type { AdminSession, Storage } from './storage'

/** One step of the schema, on both databases, in both directions; ids sort in the order of the steps. */
export interface Step {
  id: string
  name: string
  postgres: { up: string; down: string }
  sqlite: { up: string; down: string }
}

export interface MigrationStatus<S extends Step = Step> {
  /** The newest step that this database has seen; null for an empty one. */
  current: string | null
  /** The newest step of this binary. */
  needed: string
  pending: S[]
  /** The database has seen steps that this binary does not know. */
  newer: boolean
  /** Ids of applied steps whose script is another one today. */
  changed: string[]
}

export interface ListedStep {
  id: string
  name: string
  /** ISO 8601 UTC, or null for a pending step. */
  applied_at: string | null
  /** The script is another one than the one that was applied. */
  changed: boolean
}

export interface Migrator<S extends Step = Step> {
  status(): Promise<MigrationStatus<S>>
  /**
   * Applies what is pending, up to and including the step `to`; returns what this call applied. On SQLite a database
   * that is not empty is copied to `backups/` in the data folder first.
   */
  up(to?: string): Promise<S[]>
  /** Takes back the newest `steps` steps; returns them in the order in which they were taken back. */
  down(steps: number): Promise<S[]>
  list(): Promise<ListedStep[]>
}

interface Parts<S extends Step> {
  storage: Storage
  steps: readonly S[]
  ledger: Ledger
}

/** Brings a database to the schema of this binary, and back. Safe when several processes do it at once. */
export function createMigrator<S extends Step>(storage: Storage, steps: readonly S[]): Migrator<S> {
  const parts = { storage, steps, ledger: ledgerOf(storage) }
  return {
    status: () => status(parts),
    up: (to) => up(parts, to),
    down: (count) => down(parts, count),
    list: () => list(parts),
  }
}

const scriptOf = ({ storage }: Parts<Step>, step: Step) => step[storage.dialect]

function isChanged(parts: Parts<Step>, step: Step, applied: Applied): boolean {
  return applied.checksum !== checksumOf(scriptOf(parts, step).up)
}

async function status<S extends Step>(parts: Parts<S>): Promise<MigrationStatus<S>> {
  const applied = new Map((await parts.ledger.list(parts.storage.admin)).map((row) => [row.id, row]))
  const known = new Set(parts.steps.map((step) => step.id))
  return {
    current: [...applied.keys()].at(-1) ?? null,
    needed: parts.steps.at(-1)?.id ?? '0000',
    pending: parts.steps.filter((step) => !applied.has(step.id)),
    newer: [...applied.keys()].some((id) => !known.has(id)),
    changed: parts.steps
      .filter((step) => applied.has(step.id) && isChanged(parts, step, applied.get(step.id)!))
      .map((step) => step.id),
  }
}

async function list(parts: Parts<Step>): Promise<ListedStep[]> {
  const applied = new Map((await parts.ledger.list(parts.storage.admin)).map((row) => [row.id, row]))
  return parts.steps.map((step) => {
    const row = applied.get(step.id)
    return {
      id: step.id,
      name: step.name,
      applied_at: row?.applied_at ?? null,
      changed: row !== undefined && isChanged(parts, step, row),
    }
  })
}

function refuse({ newer, changed, current, needed }: MigrationStatus): void {
  if (newer)
    throw new Error(`schema is at ${current}, this binary knows ${needed}: migrate with the newer binary`)
  if (changed.length > 0) {
    throw new Error(
      `migration ${changed.join(', ')} was changed after it had been applied: use the binary that applied it`,
    )
  }
}

async function up<S extends Step>(parts: Parts<S>, to: string | undefined): Promise<S[]> {
  if (to !== undefined && !parts.steps.some((step) => step.id === to)) {
    throw new Error(`there is no migration ${to}: known are ${parts.steps.map((step) => step.id).join(', ')}`)
  }
  const before = await status(parts)
  refuse(before)
  const wanted = before.pending.filter((step) => to === undefined || step.id <= to)
  if (wanted.length === 0) return []
  await setAside(parts, before.current)
  const done: S[] = []
  for (const step of wanted) {
    if (await apply(parts, step)) done.push(step)
  }
  return done
}

/** Each step is one transaction; false when another process was faster. */
function apply(parts: Parts<Step>, step: Step): Promise<boolean> {
  const { storage, ledger } = parts
  return storage.admin.transaction(async (session) => {
    await ledger.lock(session)
    const applied = await ledger.list(session)
    if (applied.some((row) => row.id === step.id)) return false
    const { up } = scriptOf(parts, step)
    await runScript(session, step, up)
    await ledger.add(session, { id: step.id, name: step.name, checksum: checksumOf(up) })
    return true
  })
}

async function down<S extends Step>(parts: Parts<S>, count: number): Promise<S[]> {
  const before = await status(parts)
  refuse({ ...before, changed: [] })
  const applied = parts.steps.filter((step) => !before.pending.includes(step))
  if (!Number.isInteger(count) || count < 1)
    throw new Error('the number of steps must be a whole number from 1')
  if (count > applied.length)
    throw new Error(`cannot take back ${count} steps: only ${applied.length} are applied`)
  await setAside(parts, before.current)
  const undone: S[] = []
  for (const step of applied.slice(-count).reverse()) {
    if (await takeBack(parts, step)) undone.push(step)
  }
  return undone
}

function takeBack(parts: Parts<Step>, step: Step): Promise<boolean> {
  const { storage, ledger } = parts
  return storage.admin.transaction(async (session) => {
    await ledger.lock(session)
    const applied = await ledger.list(session)
    if (applied.at(-1)?.id !== step.id) return false
    await runScript(session, step, scriptOf(parts, step).down)
    await ledger.remove(session, step.id)
    return true
  })
}

async function runScript(session: AdminSession, step: Step, script: string): Promise<void> {
  try {
    await session.run(script)
  } catch (error) {
    const why = whyOf(error)
    throw new Error(`migration ${step.id}_${step.name} failed and was rolled back: ${why}`, { cause: error })
  }
}

/** With what the database itself advises. Details of other classes than 42 (access, syntax) hold values of rows. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code = '', detail, hint } = error as { code?: string; detail?: string; hint?: string }
  return [error.message, code.startsWith('42') && detail, hint].filter(Boolean).join('. ')
}

/** A copy of what is there, before anything changes. */
async function setAside({ storage }: Parts<Step>, current: string | null): Promise<void> {
  if (current === null) return
  const stamp = new Date().toISOString().replace(/[-:.]/g, '')
  await storage.admin.backup(`${current}-${stamp}`)
}

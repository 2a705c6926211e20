import { type Static, Type } from '@sinclair/typebox'
import type { indexJobs, JobStatus } from '../tables'

/** A job's row. */
export type JobRow = ReturnType<typeof indexJobs.on>['$inferSelect']

export const jobStatuses = [
  'pending',
  'processing',
  'completed',
  'failed',
  'cancelled',
] as const satisfies JobStatus[]

const time = Type.Union([Type.String({ format: 'date-time' }), Type.Null()])
const text = Type.Union([Type.String(), Type.Null()])
const count = Type.Union([Type.Integer(), Type.Null()])

/** A job as callers see it. */
export const jobView = Type.Object(
  {
    runId: Type.String(),
    status: Type.Union(jobStatuses.map((status) => Type.Literal(status))),
    repository: Type.String(),
    repository_id: Type.String(),
    ref: text,
    reason: Type.String({ description: 'request, push, poll or watch' }),
    commit: text,
    phase: text,
    files_done: Type.Integer(),
    files_total: count,
    bytes_done: Type.Integer(),
    bytes_total: count,
    percent: Type.Union([Type.Integer({ minimum: 0, maximum: 100 }), Type.Null()]),
    stats: Type.Union([Type.Record(Type.String(), Type.Number()), Type.Null()]),
    error_code: text,
    error_message: text,
    retry_count: Type.Integer(),
    created_at: Type.String({ format: 'date-time' }),
    started_at: time,
    completed_at: time,
  },
  { additionalProperties: false },
)
export type JobView = Static<typeof jobView>

const iso = (date: Date | null) => date?.toISOString() ?? null

/** `name` is the repository's. */
export function viewJob(row: JobRow, name: string): JobView {
  const { files_done, files_total, bytes_done, bytes_total, status } = row
  return {
    runId: row.id,
    status,
    repository: name,
    repository_id: row.repository_id,
    ref: row.ref || null,
    reason: row.reason,
    commit: row.commit,
    phase: row.phase,
    files_done,
    files_total,
    bytes_done,
    bytes_total,
    percent:
      status === 'completed'
        ? 100
        : (percentOf(bytes_done, bytes_total) ?? percentOf(files_done, files_total)),
    stats: row.stats as Record<string, number> | null,
    error_code: row.error_code,
    error_message: row.error_message,
    retry_count: row.retry_count,
    created_at: row.created_at.toISOString(),
    started_at: iso(row.started_at),
    completed_at: iso(row.completed_at),
  }
}

const percentOf = (done: number, total: number | null) =>
  total ? Math.min(99, Math.floor((done / total) * 100)) : null

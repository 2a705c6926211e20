import { Type } from '@sinclair/typebox'
import { AppError, invalid } from '../../../core/errors'
import type { Host } from '../../../core/module'
import { defineOperation, type Operation } from '../../../core/operation'
import { readCursor, writeCursor } from '../cursor'
import { findRepository } from '../repositories/find-repository'
import { repositoryName } from '../repositories/repository'
import type { CodeSettings } from '../settings'
import { indexRepository } from './index-repository'
import { jobStatuses, jobView } from './job'
import { endJob, findJobView, listJobViews } from './job-rows'
import { waitForJob } from './wait'

const runId = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'The job’s id, as index_repository gave it',
})

const getIndexJobStatus = defineOperation({
  name: 'get_index_job_status',
  title: 'Status of an index job',
  description:
    'How far an index job is: phase, files and bytes done of total, and at its end what it did or why it failed. Ask every 5 to 10 seconds, or give wait_seconds.',
  input: Type.Object(
    {
      runId,
      wait_seconds: Type.Integer({
        minimum: 0,
        maximum: 300,
        default: 0,
        description: 'Wait so long for the end',
      }),
    },
    { additionalProperties: false },
  ),
  output: jobView,
  scope: 'code:read',
  hints: { readOnly: true },
  rest: { method: 'GET', path: '/jobs/{runId}' },
  run: (given, call) =>
    given.wait_seconds > 0
      ? waitForJob(call, given.runId, given.wait_seconds)
      : call.read((db) => findJobView(db, call.principal.id, given.runId)),
})

const listIndexJobs = defineOperation({
  name: 'list_index_jobs',
  title: 'List index jobs',
  description: 'Index jobs, newest first, of one repository or of all, with their state.',
  input: Type.Object(
    {
      repository: Type.Optional(repositoryName),
      status: Type.Optional(Type.Union(jobStatuses.map((status) => Type.Literal(status)))),
      limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
      cursor: Type.Optional(Type.String({ maxLength: 200 })),
    },
    { additionalProperties: false },
  ),
  output: Type.Object(
    { jobs: Type.Array(jobView), next_cursor: Type.Union([Type.String(), Type.Null()]) },
    { additionalProperties: false },
  ),
  scope: 'code:read',
  hints: { readOnly: true },
  listed: 'module',
  rest: { method: 'GET', path: '/jobs' },
  run: ({ repository, status, limit, cursor }, call) =>
    call.read(async (db) => {
      const owner = call.principal.id
      const repositoryId = repository && (await findRepository(db, owner, repository)).id
      const before = cursor === undefined ? undefined : positionOf(cursor)
      const jobs = await listJobViews(db, owner, { repositoryId, status, before, limit: limit + 1 })
      const last = jobs.length > limit ? jobs[limit - 1] : undefined
      return {
        jobs: jobs.slice(0, limit),
        next_cursor: last ? writeCursor('jobs', [last.created_at, last.runId]) : null,
      }
    }),
})

function positionOf(cursor: string) {
  const [createdAt, id] = readCursor('jobs', cursor, 2)
  const time = new Date(createdAt!)
  if (Number.isNaN(time.getTime())) throw invalid('/cursor', 'must be a next_cursor of this list')
  return { createdAt: time, id: id! }
}

const cancelIndexJob = (host: Host<CodeSettings>) =>
  defineOperation({
    name: 'cancel_index_job',
    title: 'Cancel an index job',
    description:
      'Stops an index job that waits or runs; the previous index stays as it is. What was read already is not read again the next time.',
    input: Type.Object({ runId }, { additionalProperties: false }),
    output: jobView,
    scope: 'code:write',
    hints: { idempotent: true },
    listed: 'module',
    rest: { method: 'DELETE', path: '/jobs/{runId}' },
    async run(given, call) {
      const owner = call.principal.id
      const { status, runId: id } = await call.read((db) => findJobView(db, owner, given.runId))
      if (status === 'cancelled') return call.read((db) => findJobView(db, owner, id))
      const values = { status: 'cancelled' as const, updated_at: new Date(host.now()) }
      const ended = await call.write(id, (tx) => endJob(tx, owner, id, values))
      if (!ended) throw new AppError('conflict', 'The job has ended already', { code: 'job_ended' })
      return call.read((db) => findJobView(db, owner, id))
    },
  })

/** Everything about index jobs. */
export const jobOperations = (host: Host<CodeSettings>): Operation[] => [
  indexRepository(host),
  getIndexJobStatus,
  listIndexJobs,
  cancelIndexJob(host),
]

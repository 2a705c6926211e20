import { Type } from '@sinclair/typebox'
import type { Host } from '../../../core/module'
import { defineOperation, type Operation } from '../../../core/operation'
import { readCursor, writeCursor } from '../cursor'
import type { CodeSettings } from '../settings'
import { findRepository } from './find-repository'
import { listRepositoryRows } from './list-rows'
import { removalKind, startRemoval } from './removal'
import { fullName, repositoryName, repositoryView, viewRepository } from './repository'
import { listSkippedFiles } from './skipped'

const listRepositories = defineOperation({
  name: 'list_repositories',
  title: 'List repositories',
  description:
    'The indexed repositories by name, each with branch, commit, size, and whether its index is behind. Use it to learn what the other tools can be asked about.',
  input: Type.Object(
    {
      query: Type.Optional(Type.String({ maxLength: 200, description: 'Part of a name' })),
      project: Type.Optional(
        Type.String({ minLength: 1, maxLength: 200, description: 'Name or id of a project' }),
      ),
      limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
      cursor: Type.Optional(Type.String({ maxLength: 2000 })),
    },
    { additionalProperties: false },
  ),
  output: Type.Object(
    { repositories: Type.Array(repositoryView), next_cursor: Type.Union([Type.String(), Type.Null()]) },
    { additionalProperties: false },
  ),
  scope: 'code:read',
  hints: { readOnly: true },
  rest: { method: 'GET', path: '/repositories' },
  run: ({ query, project, limit, cursor }, call) =>
    call.read(async (db) => {
      const after =
        cursor === undefined ? undefined : (readCursor('repositories', cursor, 2) as [string, string])
      const rows = await listRepositoryRows(db, call.principal.id, {
        query,
        project,
        after,
        limit: limit + 1,
      })
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return {
        repositories: rows.slice(0, limit).map(viewRepository),
        next_cursor: last ? writeCursor('repositories', [last.name, last.ref]) : null,
      }
    }),
})

const getRepository = defineOperation({
  name: 'get_repository',
  title: 'Get a repository',
  description:
    'One repository: its index, and which files were skipped and why (the first 200, with the number of each reason).',
  input: Type.Object({ repository: repositoryName }, { additionalProperties: false }),
  output: Type.Object(
    {
      repository: repositoryView,
      skipped: Type.Object({
        by_reason: Type.Record(Type.String(), Type.Integer()),
        files: Type.Array(Type.Object({ path: Type.String(), reason: Type.String(), bytes: Type.Integer() })),
      }),
    },
    { additionalProperties: false },
  ),
  scope: 'code:read',
  hints: { readOnly: true },
  listed: 'module',
  rest: { method: 'GET', path: '/repositories/{repository}' },
  run: ({ repository }, call) =>
    call.read(async (db) => {
      const row = await findRepository(db, call.principal.id, repository)
      return { repository: viewRepository(row), skipped: await listSkippedFiles(db, row) }
    }),
})

const deleteRepository = (host: Host<CodeSettings>) =>
  defineOperation({
    name: 'delete_repository',
    title: 'Delete a repository’s index',
    description:
      'Removes a repository with its index and jobs from this server; the repository itself is untouched and can be indexed anew.',
    input: Type.Object({ repository: repositoryName }, { additionalProperties: false }),
    output: Type.Object(
      { success: Type.Literal(true), repository_id: Type.String(), message: Type.String() },
      { additionalProperties: false },
    ),
    scope: 'code:write',
    hints: { destructive: true },
    listed: 'module',
    rest: { method: 'DELETE', path: '/repositories/{repository}' },
    async run({ repository }, call) {
      const owner = call.principal.id
      const row = await call.read((db) => findRepository(db, owner, repository))
      await call.write(row.id, (tx) => startRemoval(tx, row, new Date(host.now())))
      await host.enqueue(removalKind, owner, { repository: row.id })
      return {
        success: true as const,
        repository_id: row.id,
        message: `${fullName(row)} is no longer indexed`,
      }
    },
  })

/** What callers do with repositories besides indexing them. */
export const repositoryOperations = (host: Host<CodeSettings>): Operation[] => [
  listRepositories,
  getRepository,
  deleteRepository(host),
]

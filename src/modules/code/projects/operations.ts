import { Type } from '@sinclair/typebox'
import { and, eq } from 'drizzle-orm'
import { invalid, notFound } from '../../../core/errors'
import type { Host } from '../../../core/module'
import { type Call, defineOperation, type Operation } from '../../../core/operation'
import { isUniqueViolation } from '../../../core/storage-errors'
import { readCursor, writeCursor } from '../cursor'
import { findRepository } from '../repositories/find-repository'
import { repositoryName, repositoryView } from '../repositories/repository'
import type { CodeSettings } from '../settings'
import { projects } from '../tables'
import { createProject, nameTaken } from './create-project'
import { findProject, type ProjectRow } from './find-project'
import {
  newDescription,
  newName,
  projectName,
  projectView,
  readName,
  repositoryList,
  viewProject,
} from './project'
import {
  addMembers,
  listMembers,
  listProjectViews,
  removeMembers,
  repositoryIds,
  touchProject,
} from './project-rows'

const done = Type.Object(
  { success: Type.Literal(true), message: Type.String() },
  { additionalProperties: false },
)

const listProjects = defineOperation({
  name: 'list_projects',
  title: 'List projects',
  description: 'Groups of repositories, newest first, each with the number of its repositories.',
  input: Type.Object(
    {
      limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
      cursor: Type.Optional(Type.String({ maxLength: 200 })),
    },
    { additionalProperties: false },
  ),
  output: Type.Object(
    { projects: Type.Array(projectView), next_cursor: Type.Union([Type.String(), Type.Null()]) },
    { additionalProperties: false },
  ),
  scope: 'code:read',
  hints: { readOnly: true },
  listed: 'module',
  rest: { method: 'GET', path: '/projects', also: [{ method: 'GET', path: '/api/projects' }] },
  run: ({ limit, cursor }, call) =>
    call.read(async (db) => {
      const views = await listProjectViews(
        db,
        call.principal.id,
        limit + 1,
        cursor === undefined ? undefined : positionOf(cursor),
      )
      const last = views.length > limit ? views[limit - 1] : undefined
      return {
        projects: views.slice(0, limit),
        next_cursor: last ? writeCursor('projects', [last.created_at, last.id]) : null,
      }
    }),
})

function positionOf(cursor: string) {
  const [time, id] = readCursor('projects', cursor, 2)
  const createdAt = new Date(time!)
  if (Number.isNaN(createdAt.getTime())) throw invalid('/cursor', 'must be a next_cursor of this list')
  return { createdAt, id: id! }
}

const getProject = defineOperation({
  name: 'get_project',
  title: 'Get a project',
  description: 'One project with its repositories and the state of their indexes.',
  input: Type.Object({ project: projectName }, { additionalProperties: false }),
  output: Type.Object(
    { ...projectView.properties, repositories: Type.Array(repositoryView) },
    { additionalProperties: false },
  ),
  scope: 'code:read',
  hints: { readOnly: true },
  listed: 'module',
  rest: {
    method: 'GET',
    path: '/projects/{project}',
    also: [{ method: 'GET', path: '/api/projects/{project}' }],
  },
  run: ({ project }, call) =>
    call.read(async (db) => {
      const row = await findProject(db, call.principal.id, project)
      const repositories = await listMembers(db, row)
      return { ...viewProject(row, repositories.length), repositories }
    }),
})

const updateProject = (host: Host<CodeSettings>) =>
  defineOperation({
    name: 'update_project',
    title: 'Update a project',
    description:
      'Renames a project, describes it anew, or replaces its repositories; what is not given stays.',
    input: Type.Object(
      {
        project: projectName,
        name: Type.Optional(newName),
        description: Type.Optional(newDescription),
        repository_ids: Type.Optional(repositoryList),
      },
      { additionalProperties: false },
    ),
    output: done,
    scope: 'code:write',
    hints: { idempotent: true },
    listed: 'module',
    rest: {
      method: 'PATCH',
      path: '/projects/{project}',
      also: [{ method: 'PATCH', path: '/api/projects/{project}' }],
    },
    async run({ project, name, description, repository_ids }, call) {
      if (name === undefined && description === undefined && repository_ids === undefined)
        throw invalid('', 'must hold a name, a description or repository_ids')
      const at = new Date(host.now())
      const values = {
        updated_at: at,
        ...(name !== undefined && readName(name)),
        ...(description !== undefined && { description }),
      }
      await change(call, project, async (row) => {
        await call.write(row.id, async (tx) => {
          const members = repository_ids && (await repositoryIds(tx, row.owner, repository_ids))
          if (!(await touchProject(tx, row, values))) throw notFound('project')
          if (!members) return
          await removeMembers(tx, row)
          await addMembers(tx, row, members, at)
        })
      })
      return { success: true as const, message: 'Project updated' }
    },
  })

async function change(call: Call, project: string, work: (row: ProjectRow) => Promise<void>): Promise<void> {
  const row = await call.read((db) => findProject(db, call.principal.id, project))
  try {
    await work(row)
  } catch (error) {
    throw isUniqueViolation(error) ? nameTaken() : error
  }
}

const deleteProject = defineOperation({
  name: 'delete_project',
  title: 'Delete a project',
  description: 'Removes a group; its repositories and their indexes stay.',
  input: Type.Object({ project: projectName }, { additionalProperties: false }),
  output: done,
  scope: 'code:write',
  hints: { destructive: true },
  listed: 'module',
  rest: {
    method: 'DELETE',
    path: '/projects/{project}',
    also: [{ method: 'DELETE', path: '/api/projects/{project}' }],
  },
  async run({ project }, call) {
    await change(call, project, async ({ id, owner }) => {
      await call.write(id, async (tx) => {
        const t = projects.on(tx.dialect)
        await removeMembers(tx, { id, owner })
        const gone = await tx
          .delete(t)
          .where(and(eq(t.owner, owner), eq(t.id, id)))
          .returning({ id: t.id })
        if (gone.length === 0) throw notFound('project')
      })
    })
    return { success: true as const, message: 'Project deleted' }
  },
})

const membership = Type.Object(
  { project: projectName, repository_id: repositoryName },
  { additionalProperties: false },
)
const memberPath = '/projects/{project}/repositories/{repository_id}'

const addRepositoryToProject = (host: Host<CodeSettings>) =>
  defineOperation({
    name: 'add_repository_to_project',
    title: 'Add a repository to a project',
    description: 'Puts an indexed repository into a project; one that is in it already stays.',
    input: membership,
    output: done,
    scope: 'code:write',
    hints: { idempotent: true },
    listed: 'module',
    rest: { method: 'POST', path: memberPath, also: [{ method: 'POST', path: `/api${memberPath}` }] },
    async run({ project, repository_id }, call) {
      const at = new Date(host.now())
      await changeMember(call, project, repository_id, (tx, row, id) => addMembers(tx, row, [id], at), at)
      return { success: true as const, message: 'Repository added to the project' }
    },
  })

const removeRepositoryFromProject = (host: Host<CodeSettings>) =>
  defineOperation({
    name: 'remove_repository_from_project',
    title: 'Remove a repository from a project',
    description: 'Takes a repository out of a project; its index stays.',
    input: membership,
    output: done,
    scope: 'code:write',
    hints: { idempotent: true },
    listed: 'module',
    rest: { method: 'DELETE', path: memberPath, also: [{ method: 'DELETE', path: `/api${memberPath}` }] },
    async run({ project, repository_id }, call) {
      await changeMember(
        call,
        project,
        repository_id,
        (tx, row, id) => removeMembers(tx, row, [id]),
        new Date(host.now()),
      )
      return { success: true as const, message: 'Repository removed from the project' }
    },
  })

type Change = (tx: Parameters<typeof addMembers>[0], row: ProjectRow, repositoryId: string) => Promise<void>

async function changeMember(
  call: Call,
  project: string,
  repository: string,
  work: Change,
  at: Date,
): Promise<void> {
  const owner = call.principal.id
  const row = await call.read((db) => findProject(db, owner, project))
  await call.write(row.id, async (tx) => {
    const { id } = await findRepository(tx, owner, repository)
    await work(tx, row, id)
    if (!(await touchProject(tx, row, { updated_at: at }))) throw notFound('project')
  })
}

/** Everything about groups of repositories. */
export const projectOperations = (host: Host<CodeSettings>): Operation[] => [
  createProject(host),
  listProjects,
  getProject,
  updateProject(host),
  deleteProject,
  addRepositoryToProject(host),
  removeRepositoryFromProject(host),
]

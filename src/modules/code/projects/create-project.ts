import { Type } from '@sinclair/typebox'
import { AppError } from '../../../core/errors'
import type { Host } from '../../../core/module'
import { defineOperation } from '../../../core/operation'
import { isUniqueViolation } from '../../../core/storage-errors'
import type { CodeSettings } from '../settings'
import { projects } from '../tables'
import { newDescription, newName, readName, repositoryList } from './project'
import { addMembers, repositoryIds } from './project-rows'

export const createProject = (host: Host<CodeSettings>) =>
  defineOperation({
    name: 'create_project',
    title: 'Create a project',
    description:
      'Groups repositories under a name, so that searches can be asked about all of them together.',
    input: Type.Object(
      {
        name: newName,
        description: Type.Optional(newDescription),
        repository_ids: Type.Optional(repositoryList),
      },
      { additionalProperties: false },
    ),
    output: Type.Object(
      { projectId: Type.String(), id: Type.String(), name: Type.String() },
      { additionalProperties: false },
    ),
    scope: 'code:write',
    listed: 'module',
    rest: {
      method: 'POST',
      path: '/projects',
      status: 201,
      also: [{ method: 'POST', path: '/api/projects' }],
    },
    examples: [
      { title: 'A group of two', input: { name: 'Backend', repository_ids: ['acme/api', 'acme/jobs'] } },
    ],
    async run({ name: given, description = null, repository_ids = [] }, call) {
      const owner = call.principal.id
      const { name, name_folded } = readName(given)
      const at = new Date(host.now())
      const id = host.newId()
      try {
        await call.write(id, async (tx) => {
          const members = await repositoryIds(tx, owner, repository_ids)
          await tx
            .insert(projects.on(tx.dialect))
            .values({ id, owner, name, name_folded, description, created_at: at, updated_at: at })
          await addMembers(tx, { id, owner }, members, at)
        })
      } catch (error) {
        throw isUniqueViolation(error) ? nameTaken() : error
      }
      return { projectId: id, id, name }
    },
  })

export const nameTaken = () =>
  new AppError('conflict', 'There is a project of this name already', { code: 'project_exists' })

import { type Static, Type } from '@sinclair/typebox'
import { invalid } from '../../../core/errors'
import type { ProjectRow } from './find-project'
import { foldName } from './find-project'

/** How an operation names a project. */
export const projectName = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'Name (in any letter case) or id',
})

/** The name that a new project is given. */
export const newName = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'What it is called; unique in any letter case',
})
export const newDescription = Type.String({ maxLength: 2000 })
export const repositoryList = Type.Array(Type.String({ minLength: 1, maxLength: 400 }), {
  maxItems: 500,
  description: 'Names or ids of indexed repositories',
})

export const projectView = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    description: Type.Union([Type.String(), Type.Null()]),
    repository_count: Type.Integer(),
    created_at: Type.String({ format: 'date-time' }),
    updated_at: Type.String({ format: 'date-time' }),
  },
  { additionalProperties: false },
)
export type ProjectView = Static<typeof projectView>

export const viewProject = (row: ProjectRow, repositories: number): ProjectView => ({
  id: row.id,
  name: row.name,
  description: row.description,
  repository_count: repositories,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
})

/** A name without blanks at its ends; throws `invalid` for one of blanks or control characters. */
export function readName(text: string): { name: string; name_folded: string } {
  const name = text.trim().replace(/\s+/g, ' ')
  if (name === '' || /\p{C}/u.test(name)) throw invalid('/name', 'must be readable text')
  return { name, name_folded: foldName(name) }
}

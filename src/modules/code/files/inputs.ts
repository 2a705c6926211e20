import { Type } from '@sinclair/typebox'
import { repositoryName } from '../repositories/repository'

/** How an operation names a file. */
export const fileInput = {
  repository: repositoryName,
  path: Type.String({ minLength: 1, maxLength: 1000, description: 'Path in the repository' }),
}

export const closed = { additionalProperties: false }

/** A file as lists show it. */
export const listedFile = Type.Object(
  {
    repository: Type.String(),
    path: Type.String(),
    language: Type.String(),
    bytes: Type.Integer(),
    indexed_at: Type.String({ format: 'date-time' }),
    first_seen_at: Type.Optional(
      Type.String({ format: 'date-time', description: 'Where that was earlier; a rename keeps it' }),
    ),
    previous_path: Type.Optional(
      Type.String({ description: 'Where the file was moved from by the last change' }),
    ),
    generated: Type.Optional(Type.Literal(true)),
  },
  closed,
)

import { createHash } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import { AppError } from '../../../core/errors'
import { validate } from '../../../core/validate'
import { type Draft, draftEntry, type EntryInput } from '../entries/draft'
import {
  clientIdInput,
  entryTypeInput,
  metadataInput,
  occurredAtInput,
  tagsInput,
  textInput,
} from '../entries/inputs'
import { readTime } from '../entries/time'
import type { RawEntry } from './transferred'

/** A row that can be stored. `id` is the one that it had where it comes from. */
export interface ImportRow {
  /** Counted from 1. */
  row: number
  id: string | undefined
  draft: Draft
  createdAt: Date | undefined
  updatedAt: Date | undefined
}

/** A row that cannot, and what to change. */
export interface Misfit {
  row: number
  error: AppError
}

const schema = Type.Object(
  {
    entry: textInput('The text'),
    entry_type: Type.Optional(entryTypeInput),
    tags: Type.Optional(tagsInput),
    metadata: Type.Optional(metadataInput),
    occurred_at: Type.Optional(occurredAtInput),
    client_id: Type.Optional(clientIdInput),
  },
  { additionalProperties: false },
)

/** Checks one row of a file by every rule of an entry. Fields that entries do not have are left out. */
export function readRow({ fields, fault }: RawEntry, row: number): ImportRow | Misfit {
  try {
    if (fault) throw new AppError('invalid', fault)
    const known = Object.entries(fields).filter(
      ([name, value]) => name in schema.properties && value !== null,
    )
    const input = validate(schema, Object.fromEntries(known)) as unknown as EntryInput
    const createdAt = readTime(fields.created_at)
    const draft = draftEntry(input)
    const occurredAt = draft.occurredAt ?? createdAt
    const id = typeof fields.id === 'string' && fields.id !== '' ? fields.id : undefined
    const client_id = draft.client_id ?? (id === undefined ? null : clientIdOf(id))
    return {
      row,
      id,
      draft: { ...draft, client_id, occurredAt },
      createdAt,
      updatedAt: readTime(fields.updated_at),
    }
  } catch (error) {
    if (error instanceof AppError) return { row, error }
    throw error
  }
}

/**
 * An entry that comes from elsewhere is known by its id there, so that it is imported once. Long ids stand as a hash, and not in hexadecimal: 64
 * such digits look like a private key, and what was exported could not be imported again.
 */
const clientIdOf = (id: string) =>
  /^[\x21-\x7e]{1,63}$/.test(id)
    ? `import:${id}`
    : `import:${createHash('sha256').update(id).digest('base64url')}`

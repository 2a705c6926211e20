import type { KeyColumns } from './key-input'
import type { KeyRow } from './tables'

/** The row of a key that was never used; `hash` is the hex SHA-256 of its text. */
export const newRow = (columns: KeyColumns, { id, hash }: Pick<KeyRow, 'id' | 'hash'>, at: Date): KeyRow => ({
  ...columns,
  id,
  hash,
  rotated_from: null,
  overlap_ends_at: null,
  revoked_at: null,
  last_used_at: null,
  created_at: at,
})

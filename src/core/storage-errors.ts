/** The database's own code of an error (SQLSTATE or `SQLITE_…`), wherever drivers and builders have wrapped it. */
export function databaseCode(error: unknown): string | undefined {
  for (let found = error; found instanceof Error; found = found.cause) {
    const { code } = found as { code?: unknown }
    if (typeof code === 'string' && (/^[0-9A-Z]{5}$/.test(code) || code.startsWith('SQLITE_'))) return code
  }
  return undefined
}

const unique = [
  '23505',
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  'SQLITE_CONSTRAINT_ROWID',
]
const check = [
  '23514',
  '23502',
  'SQLITE_CONSTRAINT_CHECK',
  'SQLITE_CONSTRAINT_NOTNULL',
  'SQLITE_CONSTRAINT_TRIGGER',
]

const hasCode = (codes: string[]) => (error: unknown) => codes.includes(databaseCode(error) ?? '')

/**
 * True for a row that exists already, on both databases. Catch it around the whole `write`, not inside: after any failed
 * statement Postgres refuses the rest of the transaction. Inside, use `onConflictDoNothing` and look at what was returned.
 */
export const isUniqueViolation = hasCode(unique)

/** True for a value that a check, a not-null column or a trigger of the schema refuses. */
export const isCheckViolation = hasCode(check)

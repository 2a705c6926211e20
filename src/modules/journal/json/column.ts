import { type Column, type SQL, sql } from 'drizzle-orm'
import type { Dialect } from '../../../core/storage'

/*
 * JSON columns that may hold a bare string, number or null go over the wire as text in both directions: drivers and builders disagree on
 * whether the text `5` in such a column is a number or a string that somebody has parsed already.
 */

/** A JSON text as the value of a JSON column. */
export const toJson = (dialect: Dialect, text: string): SQL =>
  dialect === 'postgres' ? sql`(${text}::text)::jsonb` : sql`${text}`

/** A JSON column as its text; give what comes back to `JSON.parse`. */
export const fromJson = (dialect: Dialect, column: Column): SQL<string> =>
  dialect === 'postgres' ? sql<string>`${column}::text` : sql<string>`${column}`

/** Bytes of a JSON column's text. */
export const jsonBytes = (dialect: Dialect, column: Column): SQL<number> =>
  dialect === 'postgres' ? sql<number>`octet_length(${column}::text)` : sql<number>`octet_length(${column})`

/**
 * True for rows whose top-level member `name` is there and equal to the JSON `text` (made by `jsonText`, as the column's was): numbers by
 * value, objects whatever the order of their keys. A member that is absent equals nothing, not even null.
 */
export const memberEquals = (dialect: Dialect, column: Column, name: string, text: string): SQL =>
  dialect === 'postgres'
    ? sql`${column} -> ${name}::text = (${text}::text)::jsonb`
    : sql`${column} -> ${`$.${JSON.stringify(name)}`} = ${text}`

import { and, type Column, eq, lt, or } from 'drizzle-orm'

/** What stands behind a row of a list that is sorted by time and then id, newest first: two of one instant are neither lost nor shown twice. */
export const olderThan = (time: Column, id: Column, at: Date, after: string) =>
  or(lt(time, at), and(eq(time, at), lt(id, after)))

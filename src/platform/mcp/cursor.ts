/** Where a list goes on: in which of its sources, and after what. */
export interface Position {
  source: string
  after?: string | undefined
}

/** Clients pass cursors back as they got them; what is in them is no promise. */
export const encodeCursor = ({ source, after }: Position): string =>
  Buffer.from(JSON.stringify([source, after ?? null])).toString('base64url')

/** One page of a list that is at hand, from the position in it. */
export function pageFrom<T>(items: readonly T[], start: number, size: number) {
  const end = start + size
  const nextCursor = end < items.length ? encodeCursor({ source: '', after: String(end) }) : undefined
  return { page: items.slice(start, end), ...(nextCursor && { nextCursor }) }
}

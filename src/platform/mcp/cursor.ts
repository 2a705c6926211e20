import { ProtocolError } from '@modelcontextprotocol/server'
import { rpcCodes } from './refusal'

/** Where a list goes on: in which of its sources, and after what. */
export interface Position {
  source: string
  after?: string | undefined
}

/** Clients pass cursors back as they got them; what is in them is no promise. */
export const encodeCursor = ({ source, after }: Position): string =>
  Buffer.from(JSON.stringify([source, after ?? null])).toString('base64url')

/** Throws -32602 for what is no cursor of ours. */
export function decodeCursor(cursor: string): Position {
  try {
    const [source, after] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    if (typeof source === 'string' && (after === null || typeof after === 'string'))
      return { source, after: after ?? undefined }
  } catch {}
  throw unknownCursor()
}

export const unknownCursor = () =>
  new ProtocolError(
    rpcCodes.invalidParams,
    'Unknown cursor: pass on nextCursor of the page before, unchanged',
  )

/** One page of a list that is at hand, by the position in it. */
export function pageOf<T>(items: readonly T[], cursor: string | undefined, size: number) {
  const start = cursor === undefined ? 0 : Number(decodeCursor(cursor).after)
  if (!Number.isSafeInteger(start) || start < 0 || start > items.length) throw unknownCursor()
  const end = start + size
  const nextCursor = end < items.length ? encodeCursor({ source: '', after: String(end) }) : undefined
  return { page: items.slice(start, end), ...(nextCursor && { nextCursor }) }
}

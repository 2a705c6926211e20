import { ProtocolError } from '@modelcontextprotocol/server'
import { type Position, pageFrom } from './cursor'
import { rpcCodes } from './refusal'

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

/** One page of a list that is at hand, by the cursor that a client gave. Throws -32602 for what is none of this list. */
export function pageOf<T>(items: readonly T[], cursor: string | undefined, size: number) {
  const start = cursor === undefined ? 0 : Number(decodeCursor(cursor).after)
  if (!Number.isSafeInteger(start) || start < 0 || start > items.length) throw unknownCursor()
  return pageFrom(items, start, size)
}

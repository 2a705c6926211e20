import { gunzipSync } from 'node:zlib'
import { AppError } from '../../../core/errors'

/** Bytes that a packed body may unpack to: a small body must not become a large one in memory. */
export const mostUnpacked = 32 * 1024 * 1024

/** A body that gzip may have packed. Throws `unsupported_media_type`, `too_large` or `malformed`. */
export function unpackGzip(bytes: Uint8Array, encoding: string | null): Uint8Array {
  const name = encoding?.trim().toLowerCase() ?? 'identity'
  if (name === 'identity' || name === '') return bytes
  if (name !== 'gzip') {
    const headers = { 'Accept-Encoding': 'gzip, identity' }
    throw new AppError('unsupported_media_type', 'Content-Encoding must be gzip, or left out', { headers })
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: mostUnpacked })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(error)
    throw new AppError('malformed', 'The body is not gzip, although Content-Encoding says so', {
      cause: error,
    })
  }
}

/** For a body that unpacks to more than is taken. */
export const tooLarge = (cause: unknown) =>
  new AppError('too_large', `The body unpacks to more than ${mostUnpacked} bytes; send smaller batches`, {
    cause,
  })

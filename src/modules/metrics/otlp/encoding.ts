import { AppError } from '../../../core/errors'
import type { ExportRequest } from './messages'

/** Loaded at its first use: most servers never need it, and all would wait for it at the start. */
const messages = () => require('./messages') as typeof import('./messages')

/** The two forms of OTLP/HTTP; an answer has the form of its request. */
export type Encoding = 'protobuf' | 'json'

export const mediaTypes: Record<Encoding, string> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
}

/** The form that a Content-Type names; undefined for another one. */
export function encodingOf(contentType: string | null): Encoding | undefined {
  const type = contentType?.split(';', 1).join().trim().toLowerCase()
  if (type === mediaTypes.protobuf || type === 'application/protobuf') return 'protobuf'
  return type === mediaTypes.json ? 'json' : undefined
}

/** An export request out of its bytes. Throws `malformed`. */
export function readRequest(bytes: Uint8Array, encoding: Encoding): ExportRequest {
  try {
    if (encoding === 'protobuf') return messages().decodeRequest(bytes)
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof json !== 'object' || json === null) throw new TypeError('not an object')
    return messages().requestFromJson(json)
  } catch (error) {
    const form = encoding === 'json' ? 'the JSON form' : 'the protobuf form'
    throw new AppError('malformed', `The body is not an ExportMetricsServiceRequest in ${form}`, {
      cause: error,
    })
  }
}

/** An ExportMetricsServiceResponse. */
export function successBody(
  encoding: Encoding,
  rejected: number,
  reason: string,
): string | Uint8Array<ArrayBuffer> {
  const partial = rejected > 0 || reason !== ''
  if (encoding === 'json') {
    const partialSuccess = { rejectedDataPoints: String(rejected), errorMessage: reason }
    return JSON.stringify(partial ? { partialSuccess } : {})
  }
  const partialSuccess = { rejectedDataPoints: rejected, errorMessage: reason }
  return messages().encodeAnswer('Response', partial ? { partialSuccess } : {})
}

/** A google.rpc.Status. */
export const failureBody = (
  encoding: Encoding,
  code: number,
  message: string,
): string | Uint8Array<ArrayBuffer> =>
  encoding === 'json'
    ? JSON.stringify({ code, message })
    : messages().encodeAnswer('Status', { code, message })

import { AppError, type ErrorKind } from '../../../core/errors'
import type { RawRequest, RawRoute } from '../../../core/module'
import type { Ingest } from '../ingest/accept'
import type { RateLimit } from '../ingest/rate-limit'
import { requireSender } from '../ingest/sender-key'
import { takeToken } from '../ingest/take-token'
import { ownName, reasons, submit } from '../translate/submit'
import { unpackGzip } from '../translate/unpack'
import { type Encoding, encodingOf, failureBody, mediaTypes, readRequest, successBody } from './encoding'
import { exportDocument } from './openapi'
import { translateRequest } from './translate'

/** `POST /v1/metrics`: OTLP/HTTP, as every OpenTelemetry SDK and collector sends it. */
export const postExport = (ingest: Ingest, rateLimit: RateLimit): RawRoute => ({
  method: 'POST',
  path: '/v1/metrics',
  title: 'Send metrics by OTLP',
  description:
    'OTLP/HTTP for metrics: protobuf or JSON, plain or gzip. Gauges, sums, histograms, exponential histograms and summaries are stored as `custom` metrics. The answer comes when what was accepted is on disk; data points that were not are counted in partialSuccess.',
  access: 'optional',
  openapi: exportDocument,
  handle: (raw) => answer(raw, ingest, rateLimit),
})

async function answer(raw: RawRequest, ingest: Ingest, rateLimit: RateLimit): Promise<Response> {
  const encoding = encodingOf(raw.header('content-type'))
  try {
    const principal = requireSender(raw)
    const headers = takeToken(rateLimit, principal)
    if (!encoding) throw unknownType()
    const request = readRequest(unpackGzip(raw.bytes, raw.header('content-encoding')), encoding)
    const { groups, faults } = translateRequest(request)
    const points = groups.reduce((sum, group) => sum + group.points, faults.length)
    const stored = await submit(ingest, groups, ownName(principal, 'unknown_service'))
    const rejected = Math.min(points, stored.rejected + faults.length)
    const reason = reasons([...faults, ...stored.errors])
    return reply(200, encoding, successBody(encoding, rejected, reason), headers)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return refusal(error, encoding ?? 'json')
  }
}

const unknownType = () =>
  new AppError(
    'unsupported_media_type',
    'Content-Type must be application/x-protobuf or application/json, as OTLP/HTTP has it',
  )

/** HTTP's and gRPC's code of a refusal. Senders try 429, 502, 503 and 504 again and give up on the others. */
const codes: Partial<Record<ErrorKind, [http: number, grpc: number]>> = {
  malformed: [400, 3],
  unauthorized: [401, 16],
  forbidden: [403, 7],
  too_large: [413, 3],
  unsupported_media_type: [415, 3],
  rate_limited: [429, 8],
  unavailable: [503, 14],
  timeout: [503, 14],
}

function refusal({ kind, message, retryAfter, headers }: AppError, encoding: Encoding): Response {
  const [status, code] = codes[kind] ?? [500, 13]
  const wait = retryAfter ?? (status === 503 ? 5 : undefined)
  return reply(status, encoding, failureBody(encoding, code, message), {
    ...headers,
    ...(wait !== undefined && { 'Retry-After': String(wait) }),
  })
}

const reply = (
  status: number,
  encoding: Encoding,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
) => new Response(body, { status, headers: { ...headers, 'Content-Type': mediaTypes[encoding] } })

import { jsonRequest } from '../../../core/json-request'
import type { RawRequest, RawRoute } from '../../../core/module'
import { unpackGzip } from '../translate/unpack'
import { type Ingest, newRequestId } from './accept'
import { answered } from './answer'
import type { Outcome } from './metric'
import type { RateLimit } from './rate-limit'
import { parseBody, submissionOf } from './read-body'
import { isKey } from './read-submission'
import { misformed, senderRefusals, tooLarge, unavailable } from './refusals'
import { requireSender, requireService } from './sender-key'
import { takeToken } from './take-token'
import type { UsualReader } from './usual/read-usual'

/** `POST /metrics`: what the predecessor's clients call. */
export const postMetrics = (ingest: Ingest, rateLimit: RateLimit, readUsual: UsualReader): RawRoute => ({
  method: 'POST',
  path: '/metrics',
  title: 'Send metrics',
  description:
    'Stores 1 to 2048 metrics of one service. Each stands alone: those that fit are stored, the others are named in errors; so is that there are none. The answer comes when what was accepted is on disk. idempotency_key (of the request or of a metric) makes a retry count once.',
  access: 'optional',
  openapi,
  handle: (raw) => answered(() => store(raw, ingest, rateLimit, readUsual)),
})

async function store(
  raw: RawRequest,
  ingest: Ingest,
  rateLimit: RateLimit,
  readUsual: UsualReader,
): Promise<Response> {
  const sentKey = raw.header('idempotency-key')
  const usual = sentKey === null || isKey(sentKey) ? readUsual(raw.bytes) : undefined
  const body = usual ?? parseBody(unpackGzip(raw.bytes, raw.header('content-encoding')))
  if (usual) release(raw.bytes)
  const principal = requireSender(raw)
  const headers = takeToken(rateLimit, principal)
  const requestId = newRequestId()
  const submission = usual
    ? { ...usual, requestId, idempotencyKey: usual.idempotencyKey ?? sentKey ?? undefined }
    : submissionOf(body, requestId, sentKey)
  requireService(principal, submission.service)
  const outcome = await ingest.accept(submission)
  return raw.answer(view(outcome, requestId), headers)
}

/** Gives the memory of a body that is read to the next one. The collector would come for it after hundreds of others, each in pages that the system must clear. */
function release(bytes: Uint8Array): void {
  const { buffer } = bytes
  // A small one may share its memory with others.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) buffer.transfer(0)
}

/** `status` is "success" whatever was rejected: clients of the predecessor know no other. */
const view = ({ accepted, duplicates, rejected, errors }: Outcome, request_id: string) => ({
  status: 'success',
  accepted,
  rejected,
  errors,
  request_id,
  ...(duplicates > 0 && { duplicates }),
})

const metric = {
  type: 'object',
  required: ['type', 'value'],
  properties: {
    type: {
      type: 'string',
      enum: [
        'auth_request',
        'tool_discovery',
        'tool_execution',
        'registry_operation',
        'health_check',
        'protocol_latency',
        'custom',
      ],
    },
    timestamp: { type: 'string', description: 'ISO 8601; without zone it is UTC. Default: now.' },
    value: { type: 'number', example: 1 },
    duration_ms: { type: 'number', minimum: 0, maximum: 86_400_000, example: 12.5 },
    dimensions: { type: 'object', example: { tool_name: 'search', success: true } },
    metadata: { type: 'object', example: { error_code: null } },
    idempotency_key: { type: 'string', maxLength: 200 },
  },
}

const properties = {
  service: {
    type: 'string',
    maxLength: 50,
    description: 'The one that an ingest key is for; any, with other keys.',
    example: 'auth-server',
  },
  version: { type: 'string', maxLength: 20, example: '1.0.0' },
  instance_id: { type: 'string', maxLength: 50, example: 'auth-server-1' },
  metrics: { type: 'array', minItems: 1, maxItems: 2048, items: metric },
  idempotency_key: { type: 'string', maxLength: 200 },
}

/** Without a time, which is now, and without an idempotency_key: sent again, it is stored again. */
const example = {
  service: 'auth-server',
  version: '1.0.0',
  instance_id: 'auth-server-1',
  metrics: [
    {
      type: 'tool_execution',
      value: 1,
      duration_ms: 12.5,
      dimensions: { tool_name: 'search', success: true },
      metadata: { input_size_bytes: 512 },
    },
  ],
}

const openapi = {
  ...jsonRequest(['service', 'metrics'], properties, example),
  responses: {
    ...senderRefusals,
    403: {
      ...senderRefusals[403],
      description:
        'The key lacks metrics:write, or is for another service; a problem where the Origin may not call.',
    },
    413: tooLarge(
      'More than 2048 metrics; nothing is stored.',
      'Too many metrics in request: 2049, max 2048; send them in several requests',
    ),
    422: misformed('The body is no JSON, or has not the form of a request; nothing is stored.', {
      type: 'datetime_from_date_parsing',
      loc: ['body', 'metrics', 0, 'timestamp'],
      msg: 'Input should be a valid datetime or date',
    }),
    503: unavailable,
  },
}

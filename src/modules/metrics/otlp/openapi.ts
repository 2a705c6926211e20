import { problem, retryAfter } from '../ingest/refusals'
import { mostUnpacked } from '../translate/unpack'

const example = {
  resourceMetrics: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'gateway' } }] },
      scopeMetrics: [
        {
          scope: { name: 'demo' },
          metrics: [
            {
              name: 'tools.called',
              sum: {
                aggregationTemporality: 2,
                isMonotonic: true,
                dataPoints: [
                  { asDouble: 42, attributes: [{ key: 'tool', value: { stringValue: 'search' } }] },
                ],
              },
            },
          ],
        },
      ],
    },
  ],
}

const status = {
  type: 'object',
  description: 'google.rpc.Status, in the form of the request.',
  properties: { code: { type: 'integer', description: 'of gRPC' }, message: { type: 'string' } },
}

const refused = (description: string, code: number, message: string) => ({
  description: `${description} Where the server refuses before it looks at the data, it is a problem.`,
  content: {
    'application/json': { schema: status, example: { code, message } },
    'application/x-protobuf': { schema: { type: 'string', format: 'binary' } },
    ...problem,
  },
})

const refusals = {
  400: refused(
    'The body is no export request.',
    3,
    'The body is not an ExportMetricsServiceRequest in the JSON form',
  ),
  401: refused('No key, or one that is not valid.', 16, 'API key required in X-API-Key header'),
  403: refused(
    'The key lacks metrics:write.',
    7,
    'This needs the scope metrics:write, which the key does not have',
  ),
  413: refused(
    'The body, or what it unpacks to, is too large.',
    3,
    `The body unpacks to more than ${mostUnpacked} bytes; send smaller batches`,
  ),
  415: refused(
    'Not a form of OTLP/HTTP.',
    3,
    'Content-Type must be application/x-protobuf or application/json, as OTLP/HTTP has it',
  ),
  429: {
    ...refused(
      'The key’s requests of this minute are used up.',
      8,
      'Rate limit exceeded. Limit: 1000 requests/minute',
    ),
    headers: retryAfter,
  },
  503: {
    ...refused(
      'The disk takes nothing now.',
      14,
      'More metrics come than can be stored: send fewer, or again later',
    ),
    headers: retryAfter,
  },
}

const answer = {
  type: 'object',
  properties: {
    partialSuccess: {
      type: 'object',
      description: 'Only where something was not stored.',
      properties: {
        rejectedDataPoints: { type: 'string', example: '1' },
        errorMessage: { type: 'string' },
      },
    },
  },
}

/** OpenAPI parts of the OTLP way in. */
export const exportDocument = {
  parameters: [
    {
      name: 'Content-Encoding',
      in: 'header',
      required: false,
      schema: { type: 'string', enum: ['gzip', 'identity'] },
    },
  ],
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: { type: 'object' },
        examples: { sum: { summary: 'A counter', value: example } },
      },
      'application/x-protobuf': { schema: { type: 'string', format: 'binary' } },
    },
  },
  responses: {
    200: {
      description: 'Stored, in the form of the request.',
      content: { 'application/json': { schema: answer, example: {} } },
    },
    ...refusals,
  },
}

/** What the server answers before a route is asked, e.g. for half a credential, is a problem on every path. */
export const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }

const text = { type: 'object', required: ['detail'], properties: { detail: { type: 'string' } } }

const refused = (description: string, detail: string, more: object = {}) => ({
  description,
  content: { 'application/json': { schema: text, example: { detail } }, ...more },
})

const seconds = (description: string) => ({ description, schema: { type: 'integer' } })

/** Headers of a 429 or 503 of the OpenAPI document. */
export const retryAfter = { 'Retry-After': seconds('Seconds after which to try again.') }

const fault = {
  type: 'object',
  required: ['type', 'loc', 'msg'],
  properties: {
    type: { type: 'string' },
    loc: { type: 'array', items: {}, description: 'The path to the value: names and places.' },
    msg: { type: 'string' },
  },
}

const faults = {
  type: 'object',
  required: ['detail'],
  properties: { detail: { type: 'array', items: fault } },
}

/** A 422 of the OpenAPI document: every fault of form, the first of them as `example`. */
export const misformed = (description: string, example: { type: string; loc: unknown[]; msg: string }) => ({
  description,
  content: { 'application/json': { schema: faults, example: { detail: [example] } } },
})

/** A 400 of the OpenAPI document: what a route itself calls malformed. */
export const malformed = (description: string, detail: string) => refused(description, detail, problem)

/** A 415 of the OpenAPI document. */
export const unsupported = (description: string, detail: string) => refused(description, detail)

/** A 413 of the OpenAPI document: a route's own limit, beside MAX_REQUEST_SIZE. */
export const tooLarge = (description: string, detail: string) =>
  refused(`${description} A body larger than MAX_REQUEST_SIZE is a problem.`, detail, problem)

/** What every route that errors in `{detail}` answers to the wrong caller, for the OpenAPI document. */
export const unauthorized = refused(
  'No key, or one that is not valid.',
  'API key required in X-API-Key header',
)

/** What the ways in answer beside, whatever the wire, for the OpenAPI document. */
export const senderRefusals = {
  401: unauthorized,
  403: refused(
    'The key lacks metrics:write; a problem where the Origin may not call.',
    'This needs the scope metrics:write, which the key does not have',
    problem,
  ),
  429: {
    ...refused(
      'The key’s requests of this minute are used up; a problem where the address is limited.',
      'Rate limit exceeded. Limit: 1000 requests/minute',
      problem,
    ),
    headers: {
      ...retryAfter,
      'X-RateLimit-Limit': seconds('Requests a minute.'),
      'X-RateLimit-Remaining': seconds('0.'),
    },
  },
}

/** The answer when the disk takes nothing, for the OpenAPI document. */
export const unavailable = {
  ...refused(
    'The disk is full or cannot be written, and nothing of the request is kept; a problem where the server lacks something else.',
    'More metrics come than can be stored: send fewer, or again later',
    problem,
  ),
  headers: retryAfter,
}

import { problems, problemType } from './problem'

/** Names of the shared problem responses, by status. */
const names: Record<number, string> = {
  400: 'Malformed',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  408: 'RequestTimeout',
  409: 'Conflict',
  413: 'TooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'RateLimited',
  500: 'Internal',
  503: 'Unavailable',
  504: 'TimedOut',
}

const descriptions: Record<number, string> = {
  400: 'The request does not parse, or headers are missing.',
  401: 'No credential, or one that is not valid.',
  403: 'The credential lacks the scope, the plan lacks the feature, or the Origin may not call.',
  404: 'Not there, or not yours.',
  405: 'The path has other methods; `Allow` lists them.',
  408: 'The body did not arrive in time.',
  409: 'In conflict with the current state.',
  413: 'The body is larger than MAX_REQUEST_SIZE.',
  415: 'The body is not declared as JSON.',
  422: 'The input parses but does not fit; `errors` lists every fault.',
  429: 'The quota is used up; `Retry-After` says when a call is free again.',
  500: 'Something went wrong here; `request_id` finds it in the log.',
  503: 'A part that is needed does not answer; try again.',
  504: 'The call took too long and was aborted.',
}

/** References to the problems of these statuses, as members of `responses`. */
export const problemResponses = (...statuses: number[]): Record<string, unknown> =>
  Object.fromEntries(
    statuses.map((status) => [String(status), { $ref: `#/components/responses/${names[status]}` }]),
  )

/** `components.responses` of the document. */
export function sharedResponses(): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(names).map(([status, name]) => [name, sharedResponse(Number(status))]),
  )
}

const header = (description: string, type = 'integer') => ({ description, schema: { type } })

const headersOf: Record<number, Record<string, unknown>> = {
  401: { 'WWW-Authenticate': header('How to authenticate.', 'string') },
  405: { Allow: header('The methods of this path.', 'string') },
  429: {
    'Retry-After': header('Seconds until a call is free again.'),
    'X-RateLimit-Limit': header('Calls that the window admits.'),
    'X-RateLimit-Remaining': header('Calls left in the window.'),
    'X-RateLimit-Reset': header('Unix seconds at which the oldest counted call leaves the window.'),
  },
  503: { 'Retry-After': header('Seconds after which to try again.') },
}

function sharedResponse(status: number): Record<string, unknown> {
  const schema = { $ref: '#/components/schemas/Problem' }
  const headers = headersOf[status]
  return {
    description: descriptions[status],
    ...(headers && { headers }),
    content: { 'application/problem+json': { schema, example: exampleOf(status) } },
  }
}

function exampleOf(status: number): Record<string, unknown> {
  const entry = Object.entries(problems).find(([, problem]) => problem.status === status)
  const [kind, { title }] = entry ?? ['slow_body', { title: 'Request timeout' }]
  const code = status === 401 ? 'AUTH_MISSING_KEY' : kind
  const faults = [{ path: '/limit', message: 'expected integer to be less or equal to 100' }]
  return {
    type: problemType(code),
    title,
    status,
    detail: descriptions[status],
    code,
    request_id: '0193f1a0-5b1e-7c43-9a0e-3d8f7a1c2b45',
    ...(status === 422 && { errors: faults }),
  }
}

/** `components.schemas.Problem`: RFC 9457 with members of our own. */
export const problemSchema = {
  type: 'object',
  description:
    'RFC 9457 problem details. Some codes add members, e.g. `tier`, `limits`, `current_usage`, `upgrade_url`.',
  required: ['type', 'title', 'status', 'detail', 'code', 'request_id'],
  properties: {
    type: { type: 'string', description: 'A URN that names the code.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What went wrong and what to change.' },
    code: { type: 'string', description: 'For programs; does not change.' },
    request_id: { type: 'string', description: 'The same as in `X-Request-Id`.' },
    retry_after: { type: 'integer', description: 'Seconds.' },
    errors: {
      type: 'array',
      description: 'Every fault of the input.',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: {
          path: { type: 'string', description: 'JSON pointer to the value.' },
          message: { type: 'string' },
        },
      },
    },
  },
  additionalProperties: true,
}

const text = (name: string, description: string, required = false) => ({
  name,
  in: 'query',
  required,
  description,
  schema: { type: 'string' },
})

const time = 'Unix seconds or RFC 3339'
const window = [
  { ...text('match[]', 'Series selectors'), schema: { type: 'array', items: { type: 'string' } } },
  text('start', time),
  text('end', time),
  { ...text('limit', 'So many at most'), schema: { type: 'integer', minimum: 0 } },
]

const parameters: Record<string, object[]> = {
  query: [text('query', 'PromQL', true), text('time', `${time}; default now`)],
  query_range: [
    text('query', 'PromQL', true),
    text('start', time, true),
    text('end', time, true),
    text('step', 'Seconds, or a duration such as 1m', true),
  ],
  series: window,
  labels: window,
  values: [
    { name: 'name', in: 'path', required: true, schema: { type: 'string' }, example: 'tool_name' },
    ...window,
  ],
  metadata: [
    text('metric', 'Of one metric'),
    { ...text('limit', 'Of so many at most'), schema: { type: 'integer', minimum: 0 } },
  ],
  buildinfo: [],
  exemplars: [text('query', 'PromQL'), text('start', time), text('end', time)],
  rules: [],
  alerts: [],
}

const example: Record<string, object> = {
  query: {
    resultType: 'vector',
    result: [{ metric: { tool_name: 'search' }, value: [1763683200, '0.95'] }],
  },
  query_range: {
    resultType: 'matrix',
    result: [{ metric: { tool_name: 'search' }, values: [[1763683200, '0.95']] }],
  },
}

/** The OpenAPI parts of a route of the read API; a POST has its parameters as a form. */
export function openapiOf(kind: string, method: 'GET' | 'POST'): Record<string, unknown> {
  const own = parameters[kind]!
  const required = (own as { name: string; required?: boolean }[]).filter((one) => one.required)
  const body = {
    type: 'object',
    ...(required.length > 0 && { required: required.map(({ name }) => name) }),
    properties: Object.fromEntries(own.map((one) => formField(one as never))),
  }
  return {
    ...(method === 'GET'
      ? { parameters: own }
      : { requestBody: { content: { 'application/x-www-form-urlencoded': { schema: body } } } }),
    responses: {
      200: {
        description: 'Prometheus’ answer',
        content: { 'application/json': { example: { status: 'success', data: example[kind] ?? [] } } },
      },
      ...refusals,
    },
  }
}

const refused = (description: string, errorType: string, error: string) => ({
  description,
  content: { 'application/json': { example: { status: 'error', errorType, error } } },
})

const refusals = {
  400: refused(
    'Not valid, or not supported: the error says what',
    'bad_data',
    'the function double_exponential_smoothing is not supported',
  ),
  403: refused(
    'The scope is missing',
    'forbidden',
    'this needs the scope metrics:read, which the credential does not have',
  ),
  422: refused(
    'Valid, but it cannot be worked out',
    'execution',
    'query processing would load more than 20000000 samples: ask for fewer series or a shorter time',
  ),
  503: refused(
    'It took too long, or too many wait; `Retry-After` tells the latter',
    'timeout',
    'query timed out after 10 s: ask for fewer series or a shorter time',
  ),
}

const formField = ({ name, schema, description }: { name: string; schema: object; description: string }) => [
  name,
  { ...schema, description },
]

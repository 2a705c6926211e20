import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Type } from '@sinclair/typebox'
import { openApiSchema } from '../../src/platform/http/openapi-schema'
import { type Served, serve } from './kit'

// biome-ignore lint/suspicious/noExplicitAny: the document is looked at by path
type Doc = any
let server: Served
let doc: Doc
beforeAll(async () => {
  server = await serve({ env: { PUBLIC_URL: 'https://mcp.example.com', MCP_SERVER_NAME: 'Shopkeeper' } })
  doc = await (await fetch(`${server.url}/openapi.json`)).json()
})
afterAll(() => server.close())

test('the document is valid OpenAPI 3.0', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(doc))
  expect(errors ?? []).toEqual([])
  expect(valid).toBe(true)
  expect(doc.openapi).toBe('3.0.3')
})

test('both paths give the same, with an ETag', async () => {
  const other = await fetch(`${server.url}/swagger/json`)
  const etag = other.headers.get('etag')!
  expect(await other.json()).toEqual(doc)
  const again = await fetch(`${server.url}/openapi.json`, { headers: { 'if-none-match': etag } })
  expect(again.status).toBe(304)
})

test('every reference leads somewhere', () => {
  const refs = [...JSON.stringify(doc).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1]!)
  expect(refs.length).toBeGreaterThan(20)
  for (const ref of new Set(refs)) {
    expect(ref.split('/').reduce((at: Doc, key) => at?.[key], doc)).toBeDefined()
  }
})

test('every operation, raw route and page is in it', () => {
  const shown = Object.entries<Doc>(doc.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(shown.toSorted()).toEqual(
    [
      'GET /',
      'GET /api/v1/shop/export',
      'GET /api/v1/shop/things',
      'GET /api/v1/shop/things/{id}',
      'DELETE /api/v1/shop/things/{id}',
      'DELETE /mcp',
      'DELETE /mcp/{module}',
      'PATCH /api/v1/shop/things/{id}',
      'POST /api/v1/shop/fail',
      'POST /api/v1/shop/me',
      'POST /api/v1/shop/things',
      'GET /connect',
      'GET /health',
      'GET /healthz',
      'POST /hooks/{source}',
      'GET /legacy/me',
      'GET /legacy/stream',
      'GET /legacy/thing',
      'GET /livez',
      'GET /mcp',
      'GET /mcp/{module}',
      'POST /mcp',
      'POST /mcp/{module}',
      'GET /readyz',
      'GET /startupz',
      'GET /status',
    ].toSorted(),
  )
})

test('operation ids are unique', () => {
  const ids = Object.values<Doc>(doc.paths).flatMap((methods) =>
    Object.values<Doc>(methods).map((one) => one.operationId),
  )
  expect(new Set(ids).size).toBe(ids.length)
})

test('a query operation shows its parameters', () => {
  const { parameters, operationId, tags, summary, requestBody } = doc.paths['/api/v1/shop/things'].get
  expect([operationId, tags, summary, requestBody]).toEqual([
    'list_things',
    ['shop'],
    'List things',
    undefined,
  ])
  const limit = parameters.find(({ name }: Doc) => name === 'limit')
  expect(limit).toEqual({
    name: 'limit',
    in: 'query',
    required: false,
    description: 'How many.',
    schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  })
  const filter = parameters.find(({ name }: Doc) => name === 'filter')
  expect(filter.schema).toEqual({ type: 'string', format: 'json' })
})

test('a body operation shows body, examples, answer and problems', () => {
  const { requestBody, responses } = doc.paths['/api/v1/shop/things'].post
  const body = requestBody.content['application/json']
  expect(body.schema).toMatchObject({ type: 'object', required: ['text'], additionalProperties: false })
  expect(body.examples.example1).toEqual({ summary: 'Short', value: { text: 'A lamp' } })
  expect(responses['201'].content['application/json'].examples.example1.value).toEqual({ length: 6 })
  for (const status of [400, 401, 403, 413, 415, 422, 429, 500])
    expect(responses[status]).toHaveProperty('$ref')
})

test('path parameters are not in the body', () => {
  const { parameters, requestBody, responses } = doc.paths['/api/v1/shop/things/{id}'].patch
  expect(parameters.map(({ name, required }: Doc) => [name, required])).toEqual([['id', true]])
  expect(Object.keys(requestBody.content['application/json'].schema.properties)).toEqual(['text'])
  expect(responses['404']).toBeDefined()
})

test('a download shows its media types and the parameter', () => {
  const { parameters, responses } = doc.paths['/api/v1/shop/export'].get
  expect(parameters.map(({ name }: Doc) => name)).toEqual(['format', 'download'])
  expect(Object.keys(responses['200'].content)).toEqual(['application/json', 'text/csv'])
})

test('security: every credential by default, none where none is needed', () => {
  expect(Object.keys(doc.components.securitySchemes)).toEqual([
    'apiKey',
    'subscriptionKey',
    'subscriptionEmail',
    'bearer',
  ])
  expect(doc.security).toContainEqual({ subscriptionKey: [], subscriptionEmail: [] })
  expect(doc.paths['/hooks/{source}'].post.security).toEqual([])
  expect(doc.paths['/health'].get.security).toEqual([])
  expect(doc.paths['/api/v1/shop/me'].post.security).toContainEqual({})
  expect(doc.paths['/api/v1/shop/things'].get.security).toBeUndefined()
})

test('the problem examples tell the truth about status and code', async () => {
  const shared = doc.components.responses
  for (const [status, name] of Object.entries({
    401: 'Unauthorized',
    404: 'NotFound',
    422: 'Invalid',
    408: 'RequestTimeout',
  })) {
    expect(shared[name].content['application/problem+json'].example.status).toBe(Number(status))
  }
  const real = (await (await fetch(`${server.url}/api/v1/shop/things`)).json()) as Doc
  const example = shared.Unauthorized.content['application/problem+json'].example
  expect([example.type, example.title, example.code]).toEqual([real.type, real.title, real.code])
})

test('name, version and outside address', () => {
  expect(doc.info).toMatchObject({ title: 'Shopkeeper', version: '1.2.3' })
  expect(doc.servers.map(({ url }: Doc) => url)).toEqual(['/', 'https://mcp.example.com'])
})

describe('schemas in the dialect of OpenAPI 3.0', () => {
  const text = Type.String({ maxLength: 5 })
  const rows: [string, Parameters<typeof openApiSchema>[0], Doc][] = [
    ['a literal', Type.Literal('a'), { type: 'string', enum: ['a'] }],
    ['literals', Type.Union([Type.Literal('a'), Type.Literal('b')]), { type: 'string', enum: ['a', 'b'] }],
    ['mixed literals', Type.Union([Type.Literal('a'), Type.Literal(1)]), { enum: ['a', 1] }],
    [
      'literals or null',
      Type.Union([Type.Literal('a'), Type.Null()]),
      { type: 'string', enum: ['a', null], nullable: true },
    ],
    [
      'text or null',
      Type.Union([text, Type.Null()], { description: 'd', default: null }),
      { type: 'string', maxLength: 5, nullable: true, description: 'd', default: null },
    ],
    [
      'two kinds or null',
      Type.Union([text, Type.Integer(), Type.Null()]),
      { anyOf: [{ type: 'string', maxLength: 5 }, { type: 'integer' }], nullable: true },
    ],
    ['null', Type.Null(), { nullable: true, enum: [null] }],
    [
      'a type list',
      Type.Unsafe({ type: ['string', 'null'], maxLength: 5 }),
      { type: 'string', maxLength: 5, nullable: true },
    ],
    [
      'a record',
      Type.Record(Type.String(), text),
      { type: 'object', additionalProperties: { type: 'string', maxLength: 5 } },
    ],
    [
      'a closed object without id',
      Type.Object({ a: Type.Optional(text) }, { additionalProperties: false, $id: 'x', 'x-mark': 1 }),
      { type: 'object', properties: { a: { type: 'string', maxLength: 5 } }, additionalProperties: false },
    ],
    [
      'exclusive bounds',
      Type.Number({ exclusiveMinimum: 0 }),
      { type: 'number', minimum: 0, exclusiveMinimum: true },
    ],
    ['examples', Type.String({ examples: ['x', 'y'] }), { type: 'string', example: 'x' }],
    [
      'a tuple',
      Type.Tuple([Type.String(), Type.Integer()]),
      {
        type: 'array',
        items: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
        minItems: 2,
        maxItems: 2,
      },
    ],
    ['anything', Type.Unknown({ description: 'd' }), { description: 'd' }],
    ['any list', Type.Array(Type.Unknown()), { type: 'array', items: {} }],
    [
      'an intersection',
      Type.Intersect([Type.Object({ a: text }), Type.Object({ b: text })]),
      {
        type: 'object',
        allOf: [
          { type: 'object', required: ['a'], properties: { a: { type: 'string', maxLength: 5 } } },
          { type: 'object', required: ['b'], properties: { b: { type: 'string', maxLength: 5 } } },
        ],
      },
    ],
  ]
  test.each(rows)('%s', (_, schema, expected) => expect(openApiSchema(schema)).toEqual(expected))
})

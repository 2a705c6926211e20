import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { request, startMetrics } from '../rig'

const admin = 'k'.repeat(40)
const rig = await startMetrics({ env: { METRICS_ADMIN_API_KEY: admin, MAX_REQUEST_SIZE: '300000' } })
afterAll(() => rig.close())

// biome-ignore lint/suspicious/noExplicitAny: the document is looked at by path
type Doc = any
let doc: Doc
beforeAll(async () => {
  doc = await (await rig.send('/openapi.json')).json()
})

const bodyOf = (path: string) => doc.paths[path].post.requestBody.content['application/json']

test('the whole document is valid', async () => {
  const { errors } = await new Validator().validate(structuredClone(doc))
  expect(errors ?? []).toEqual([])
})

test('the example of POST /metrics is accepted as it stands, and again', async () => {
  const { example } = bodyOf('/metrics')
  const before = await rig.rows(`select * from metrics`)
  for (let time = 0; time < 2; time++) {
    const response = await rig.post(example)
    const answer = { status: response.status, body: await response.json() }
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1, rejected: 0, errors: [] } })
    expect(answer.body).not.toHaveProperty('duplicates')
  }
  expect(await rig.rows(`select * from metrics`)).toHaveLength(before.length + 2)
})

test('the example of POST /v1/metrics is stored whole', async () => {
  const { value } = bodyOf('/v1/metrics').examples.sum
  const headers = { 'content-type': 'application/json', 'x-api-key': await rig.addIngestKey('any') }
  const response = await rig.send('/v1/metrics', { method: 'POST', headers, body: JSON.stringify(value) })
  expect([response.status, await response.json()]).toEqual([200, {}])
})

test('the parameters of a policy and of a clean-up are shown', async () => {
  const { parameters } = doc.paths['/admin/retention/policies/{table}'].put
  expect(parameters.map(({ name, required }: Doc) => [name, required])).toEqual([
    ['table', true],
    ['retention_days', true],
    ['is_active', false],
  ])
  const [{ schema: table }, { schema: days }] = parameters
  const headers = { 'x-api-key': admin }
  for (const name of table.enum)
    for (const [given, status] of [
      [days.maximum, 200],
      [days.maximum + 1, 422],
      [days.minimum - 1, 422],
    ]) {
      const path = `/admin/retention/policies/${name}?retention_days=${given}`
      expect((await rig.send(path, { method: 'PUT', headers })).status).toBe(status)
    }
  const { parameters: ofCleanup } = doc.paths['/admin/retention/cleanup'].post
  expect(ofCleanup.map(({ name }: Doc) => name)).toEqual(['table_name', 'dry_run'])
})

interface Refusal {
  status: number
  path: string
  title: string
  body?: unknown
  headers?: Record<string, string>
  key?: 'ingest' | 'starred' | 'reader' | 'admin'
}

const one = { type: 'custom', value: 1 }
const json = { 'content-type': 'application/json' }
const refusals: Refusal[] = [
  {
    path: '/metrics',
    status: 400,
    title: 'half a credential',
    headers: { 'x-subscription-key': 'fm_sub_x' },
  },
  { path: '/metrics', status: 401, title: 'no key', body: request(one) },
  { path: '/metrics', status: 403, title: 'no scope', key: 'starred', body: request(one) },
  {
    path: '/metrics',
    status: 403,
    title: 'another service',
    key: 'ingest',
    body: { service: 'x', metrics: [] },
  },
  { path: '/metrics', status: 413, title: 'many', key: 'ingest', body: request(...Array(2049).fill(one)) },
  { path: '/metrics', status: 413, title: 'large', key: 'ingest', body: 'x'.repeat(300_001) },
  {
    path: '/metrics',
    status: 422,
    title: 'no time',
    key: 'ingest',
    body: request({ ...one, timestamp: 'string' }),
  },
  { path: '/metrics', status: 422, title: 'no JSON', key: 'ingest', body: '{' },
  { path: '/v1/metrics', status: 400, title: 'no JSON', key: 'ingest', body: '{', headers: json },
  { path: '/v1/metrics', status: 401, title: 'no key', headers: json },
  { path: '/v1/metrics', status: 403, title: 'no scope', key: 'starred', headers: json },
  {
    path: '/v1/metrics',
    status: 413,
    title: 'large',
    key: 'ingest',
    body: 'x'.repeat(300_001),
    headers: json,
  },
  {
    path: '/v1/metrics',
    status: 415,
    title: 'text',
    key: 'ingest',
    headers: { 'content-type': 'text/plain' },
  },
  { path: '/api/v1/write', status: 401, title: 'no key' },
  { path: '/api/v1/write', status: 403, title: 'no scope', key: 'starred' },
  { path: '/api/v1/write', status: 415, title: 'JSON', key: 'ingest', headers: json },
  {
    path: '/api/v1/write',
    status: 400,
    title: 'no Snappy',
    key: 'ingest',
    body: 'x',
    headers: { 'content-type': 'application/x-protobuf' },
  },
  { path: '/flush', status: 401, title: 'no key' },
  { path: '/flush', status: 403, title: 'no scope', key: 'starred' },
  { path: '/admin/retention/cleanup', status: 401, title: 'no key' },
  {
    path: '/admin/retention/cleanup',
    status: 400,
    title: 'no table',
    key: 'admin',
    body: { table_name: 'x' },
  },
  {
    path: '/admin/retention/cleanup',
    status: 422,
    title: 'no boolean',
    key: 'admin',
    body: { dry_run: 'x' },
  },
  { path: '/admin/retention/cleanup', status: 413, title: 'large', key: 'admin', body: 'x'.repeat(300_001) },
  { path: '/api/v1/query', status: 400, title: 'no query', key: 'reader' },
  { path: '/api/v1/query', status: 403, title: 'no scope', key: 'ingest' },
]

describe('what is refused is shown, with its shape', () => {
  test.each(refusals)('$path $status: $title', async ({ path, status, body, headers, key }) => {
    const starred = await rig.addKey('starred')
    const keys = { ingest: rig.ingestKey, starred, reader: rig.key, admin }
    const response = await rig.send(path, {
      method: 'POST',
      headers: { ...(key && { 'x-api-key': keys[key] }), ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body ?? {}),
    })
    expect(response.status).toBe(status)
    const shown = doc.paths[path].post.responses[status]
    const { content } = shown.$ref ? doc.components.responses[shown.$ref.split('/').at(-1)] : shown
    const type = response.headers.get('content-type')!.split(';')[0]!
    expect(Object.keys(content)).toContain(type)
    if (type !== 'application/json') return
    const answer = (await response.json()) as Record<string, unknown>
    const { example } = content[type]
    expect(Object.keys(answer)).toEqual(Object.keys(example))
    expect(Array.isArray(answer.detail)).toBe(Array.isArray(example.detail))
  })
})

test.each([
  ['/dashboard/metrics/data', 'range=ever'],
  ['/api/v1/metrics/export', 'format=xml'],
])('%s shows what it refuses', async (path, wrong) => {
  const { responses } = doc.paths[path].get
  const statuses = []
  for (const scopes of [['journal:read'], ['metrics:read', 'metrics:admin']]) {
    const authorization = `Bearer ${await rig.addKey('reader', 'enterprise', scopes)}`
    statuses.push((await rig.send(`${path}?${wrong}`, { headers: { authorization } })).status)
  }
  expect(statuses).toEqual([403, 422])
  expect(Object.keys(responses)).toEqual(expect.arrayContaining(['403', '422', '503']))
})

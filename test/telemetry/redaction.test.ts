import { expect, test } from 'bun:test'
import { isPrivateName } from '../../src/platform/telemetry/private-name'
import { scrub } from '../../src/platform/telemetry/scrub'
import { captured } from './rig'

const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e'
const hex = 'a'.repeat(32) + 'b'.repeat(32)

/** One planted value of each form that must never reach a log. */
const planted: Record<string, string> = {
  'API key': `kota_free_${uuid}_${hex}`,
  'API key with another prefix': `Acme9_enterprise_${uuid}_${hex}`,
  'subscription key': 'fm_sub_a1',
  'ingest key': `mcp_metrics_${'Ab-_'.repeat(10)}xyz`,
  JWT: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
  PEM: '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIB\nplantedline\n-----END EC PRIVATE KEY-----',
  'cut PEM': '-----BEGIN PRIVATE KEY-----\nMHcCAQEEIB plantedline',
  email: 'ada.lovelace+x@example.co.uk',
  'email of no ASCII': 'ådå@exämple.se',
  'Supabase secret key': 'sb_secret_abcdefghijklmnop_12345678',
  'provider key': `sk-proj-${'q1W2'.repeat(8)}`,
  'GitHub token': 'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
  'AWS key': 'AKIAIOSFODNN7EXAMPLE',
}

/** Parts of the planted values that no line may hold. */
const fragments = [
  hex,
  'fm_sub_a',
  'Ab-_Ab',
  'eyJ',
  'MHcCAQ',
  'plantedline',
  'lovelace',
  'exämple',
  'ghijklmnop',
  'IOSFODNN7',
  'q1W2q1',
  'abcdefghij',
]
const leaks = (text: string) => fragments.filter((fragment) => text.includes(fragment))

for (const [name, value] of Object.entries(planted)) {
  test(`${name} is gone from texts`, () => {
    expect(leaks(value)).not.toEqual([])
    for (const text of [
      value,
      `before ${value} after`,
      `x="${value}"`,
      `https://h/p?q=${value}&r=1`,
      `(${value})`,
      `a,${value},b`,
    ]) {
      expect(leaks(scrub(text))).toEqual([])
    }
    expect(scrub(`before ${value}`)).toStartWith('before ')
  })

  test(`${name} is gone from every place of a log line, at every level`, () => {
    const { log, lines } = captured()
    const error = new Error(`failed for ${value}`, { cause: new TypeError(value, { cause: value }) })
    const fields = {
      note_id: value,
      list: [value, { deep: [value] }],
      map: new Map([['a', value]]),
      [value]: 1,
      error,
      url: new URL('http://h/'),
    }
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](`message ${value}`, fields)
    expect(lines).toHaveLength(4)
    expect(leaks(lines.join(''))).toEqual([])
  })
}

test('credentials in URLs and headers are gone, the rest stays', () => {
  expect(scrub('postgres://holdfast:hunter2@db.example.com:5432/x')).toBe(
    'postgres://[redacted]@db.example.com:5432/x',
  )
  expect(scrub('got Authorization: Bearer abc.def-123')).toBe('got Authorization: Bearer [redacted]')
  expect(scrub('https://h/cb?api_key=abc123&page=2')).toBe('https://h/cb?api_key=[redacted]&page=2')
})

test.each([
  'get_journal_entries took 3 ms',
  'rate_limit_available_tokens{service="mcp"}',
  'mcp_metrics_requests_total',
  `request ${uuid}`,
  'schema is at 0003, this binary needs 0007',
  'http://127.0.0.1:8890/api/v1/journal/entries?limit=10',
  'tier FREE: the free_form label stays',
  'basic scopes are fine',
])('%p stays as it is', (text) => {
  expect(scrub(text)).toBe(text)
})

test.each([
  'email',
  'userEmail',
  'X-API-Key',
  'apiKey',
  'Authorization',
  'client_secret',
  'entry',
  'entries',
  'password',
  'refresh_token',
  'cookie',
  'body',
  'params',
  'SUPABASE_JWT_SECRET',
])('a field %s is private', (name) => expect(isPrivateName(name)).toBe(true))

test.each([
  'key_id',
  'entryId',
  'token_count',
  'entry_type',
  'operation',
  'duration_ms',
  'monkey',
  'keyboard',
  'status',
])('a field %s is not', (name) => expect(isPrivateName(name)).toBe(false))

test('private fields are dropped, counts of them stay', () => {
  const { log, lines } = captured()
  log.info('done', { email: 'x', nested: { password: 'y', ok: 1 }, tokens: 12, entries: 3 })
  expect(JSON.parse(lines[0]!)).toMatchObject({ nested: { ok: 1 }, tokens: 12, entries: 3 })
  expect(lines[0]).not.toMatch(/email|password/)
})

test('what users wrote is cut out of the errors of drivers and parsers', () => {
  const { log, lines } = captured()
  const query = new Error(
    'Failed query: insert into notes values ($1)\nparams: my diary\n    at diary (file:1:1)',
  )
  const uuidFault = Object.assign(new Error('invalid input syntax for type uuid: "my diary"'), {
    code: '22P02',
  })
  const json = (() => {
    try {
      return JSON.parse('{"a": diary}')
    } catch (error) {
      return error
    }
  })()
  const fts = Object.assign(new Error('fts5: syntax error near "diary"'), { name: 'SQLiteError' })
  for (const error of [query, uuidFault, json, fts]) log.error('failed', { error })
  expect(lines.join('')).not.toContain('diary')
  expect(lines[0]).toContain('insert into notes')
  expect(lines[1]).toContain('22P02')
})

test('long texts and deep values are cut', () => {
  const { log, lines } = captured()
  const deep: Record<string, unknown> = {}
  deep.self = deep
  log.info('x'.repeat(100_000), {
    deep,
    list: Array(1000).fill(1),
    bytes: new Uint8Array(9),
    text_id: 'y'.repeat(5000),
  })
  expect(lines[0]!.length).toBeLessThan(6000)
  expect(JSON.parse(lines[0]!).bytes).toBe('[9 bytes]')
})

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { portfolio } from '../../../src/modules/journal/portfolio/portfolio'
import { openSqliteStorage, type TestStorage } from '../../kit/storage'
import { type As, openJournal, refusalOf } from '../harness'
import { type CoinbaseStub, startCoinbase } from './coinbase-stub'

let storage: TestStorage
let coinbase: CoinbaseStub

beforeAll(async () => {
  storage = await openSqliteStorage()
})
afterAll(() => storage.close())
beforeEach(() => {
  coinbase = startCoinbase()
})
afterEach(() => coinbase.stop())

const pemOf = (key: KeyObject, type: 'sec1' | 'pkcs8' = 'sec1') =>
  key.export({ type, format: 'pem' }) as string
const escaped = (pem: string) => pem.replaceAll('\n', '\\n')

const headers = (secret = escaped(pemOf(coinbase.privateKey)), name = coinbase.keyName) => ({
  'X-Coinbase-API-Key': name,
  'X-Coinbase-API-Secret': secret,
})

const call = (input: Record<string, unknown> = {}, as: As = { headers: headers() }, url = coinbase.url) =>
  openJournal(storage.storage, portfolio, { settings: { COINBASE_API_URL: url } }).call(
    'get_portfolio',
    input,
    as,
  )

test('holdings come with prices, values and shares', async () => {
  coinbase.accounts = [
    { currency: 'USD', available: '100.10' },
    { currency: 'BTC', available: '0.1', hold: '0.2' },
    { currency: 'ETH', available: '0.000000000000000000' },
    { currency: 'BTC', available: '0.00000001' },
    { currency: 'USDC', available: '50' },
    { currency: 'ODD', available: '7', hold: '0' },
  ]
  coinbase.prices = { 'BTC-USD': { bid: '39999', ask: '40001' }, 'ETH-USD': { bid: '2000', ask: '' } }
  const answer = await call()
  expect(answer).toMatchObject({
    success: true,
    quote_currency: 'USD',
    count: 4,
    unpriced: ['ODD'],
    note: null,
  })
  expect(answer.disclaimer).toContain('not financial advice')
  expect(answer.total_value).toBe(12_150.1)
  expect(answer.holdings).toEqual([
    {
      currency: 'BTC',
      available: '0.10000001',
      hold: '0.2',
      total: '0.30000001',
      price: 40_000,
      value: 12_000,
      allocation_percentage: 98.76,
    },
    {
      currency: 'USD',
      available: '100.1',
      hold: '0',
      total: '100.1',
      price: 1,
      value: 100.1,
      allocation_percentage: 0.82,
    },
    {
      currency: 'USDC',
      available: '50',
      hold: '0',
      total: '50',
      price: 1,
      value: 50,
      allocation_percentage: 0.41,
    },
    {
      currency: 'ODD',
      available: '7',
      hold: '0',
      total: '7',
      price: null,
      value: null,
      allocation_percentage: null,
    },
  ])
  const all = await call({ include_empty: true })
  expect(all.holdings).toContainEqual(expect.objectContaining({ currency: 'ETH', price: 2000, value: 0 }))
  expect(coinbase.refusals).toEqual([])
})

test('another quote currency', async () => {
  coinbase.accounts = [
    { currency: 'BTC', available: '2' },
    { currency: 'EUR', available: '5' },
  ]
  coinbase.prices = { 'BTC-EUR': { bid: '100', ask: '100' } }
  expect(await call({ quote_currency: 'EUR' })).toMatchObject({ quote_currency: 'EUR', total_value: 205 })
})

test('every page is read', async () => {
  coinbase.pageSize = 3
  coinbase.accounts = Array.from({ length: 8 }, (_, at) => ({ currency: `C${at}`, available: '1' }))
  expect(await call()).toMatchObject({ count: 8 })
  expect(coinbase.requests.filter((request) => request.includes('/accounts'))).toHaveLength(3)
})

test('a server that always says "more" does not keep us', async () => {
  let page = 0
  coinbase.override = () => Response.json({ accounts: [], has_next: true, cursor: String(++page) })
  expect((await refusalOf(call())).kind).toBe('unavailable')
  expect(page).toBe(20)
  coinbase.override = () => Response.json({ accounts: [], has_next: true, cursor: 'same' })
  expect(await call()).toMatchObject({ count: 0 })
})

test('a currency without a market does not hide the prices of others', async () => {
  coinbase.accounts = [...'ABCDEFG'].map((letter) => ({ currency: `${letter}X`, available: '1' }))
  coinbase.prices = Object.fromEntries(
    [...'ACEG'].map((letter) => [`${letter}X-USD`, { bid: '2', ask: '2' }]),
  )
  expect(await call()).toMatchObject({ total_value: 8, unpriced: ['BX', 'DX', 'FX'] })
})

test('without prices the amounts are told all the same', async () => {
  coinbase.accounts = [{ currency: 'BTC', available: '1' }]
  coinbase.override = (path) =>
    path.endsWith('best_bid_ask') ? new Response('', { status: 503 }) : undefined
  const answer = await call()
  expect(answer).toMatchObject({ total_value: 0, unpriced: ['BTC'], holdings: [{ total: '1', price: null }] })
  expect(answer.note).toContain('no prices')
})

const forms: [string, (key: KeyObject) => string][] = [
  ['PEM with escapes', (key) => escaped(pemOf(key))],
  ['PEM with Windows escapes', (key) => pemOf(key).replaceAll('\n', '\\r\\n')],
  ['PEM with blanks for line ends', (key) => pemOf(key).replaceAll('\n', ' ')],
  ['PEM in quotes', (key) => JSON.stringify(pemOf(key))],
  ['PEM in PKCS#8', (key) => escaped(pemOf(key, 'pkcs8'))],
  ['base64 of PEM', (key) => Buffer.from(pemOf(key)).toString('base64')],
  ['base64 of escaped PEM', (key) => Buffer.from(escaped(pemOf(key))).toString('base64')],
  ['base64url of PEM', (key) => Buffer.from(pemOf(key)).toString('base64url')],
  ['base64 of SEC1', (key) => key.export({ type: 'sec1', format: 'der' }).toString('base64')],
  ['base64 of PKCS#8', (key) => key.export({ type: 'pkcs8', format: 'der' }).toString('base64')],
]

test.each(forms)('the private key as %s signs', async (_, form) => {
  await call({}, { headers: headers(form(coinbase.privateKey)) })
  expect(coinbase.refusals).toEqual([])
  expect(coinbase.requests).toHaveLength(1)
})

test('a key named by its id alone', async () => {
  coinbase.keyName = '0198c7a0-5f3e-7cc4-9d2b-3f6a1b2c4d5f'
  await call({}, { headers: headers() })
  expect(coinbase.refusals).toEqual([])
})

test('the token is for one host and path, and for two minutes', async () => {
  coinbase.accounts = [{ currency: 'BTC', available: '1' }]
  coinbase.prices = { 'BTC-USD': { bid: '1', ask: '1' } }
  await call()
  expect(coinbase.requests).toEqual([
    'GET /api/v3/brokerage/accounts?limit=250',
    'GET /api/v3/brokerage/best_bid_ask?product_ids=BTC-USD',
  ])
  const late = openJournal(storage.storage, portfolio, {
    settings: { COINBASE_API_URL: coinbase.url },
    now: () => Date.now() - 180_000,
  })
  const refusal = await refusalOf(late.call('get_portfolio', {}, { headers: headers() }))
  expect(refusal).toMatchObject({ kind: 'forbidden' })
  expect(coinbase.refusals.join()).toContain('exp')
})

const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

test.each([
  ['401', 401, 'forbidden', 'does not accept'],
  ['403', 403, 'forbidden', 'view permission'],
  ['429', 429, 'unavailable', 'limiting'],
  ['404', 404, 'unavailable', 'COINBASE_API_URL'],
  ['500', 500, 'unavailable', '500'],
  ['a redirect', 302, 'unavailable', '302'],
])('%s from Coinbase becomes a clear error', async (_, status, kind, text) => {
  const leak = `${coinbase.keyName} ${pemOf(coinbase.privateKey)}`
  coinbase.override = () => new Response(leak, { status, headers: { location: 'http://127.0.0.1:9/' } })
  const refusal = await refusalOf(call())
  expect(refusal.kind).toBe(kind)
  expect(refusal.message).toContain(text)
  expectNoCredentials(refusal.message)
})

test("a stranger's key is refused by Coinbase", async () => {
  const refusal = await refusalOf(call({}, { headers: headers(escaped(pemOf(stranger))) }))
  expect(refusal.kind).toBe('forbidden')
  expect(coinbase.refusals[0]).toContain('signature')
})

test.each([
  ['no JSON', () => new Response('<html>')],
  ['other JSON', () => Response.json({ accounts: [{ currency: 5 }] })],
  [
    'a strange amount',
    () =>
      Response.json({
        accounts: [
          { uuid: '', name: '', currency: 'BTC', available_balance: { value: '1e5', currency: 'BTC' } },
        ],
      }),
  ],
])('%s from Coinbase is unavailable, not a crash', async (_, answer) => {
  coinbase.override = answer
  expect(await refusalOf(call())).toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('understand'),
  })
})

test('a Coinbase that is not there is unavailable', async () => {
  const gone = startCoinbase()
  await gone.stop()
  expect((await refusalOf(call({}, { headers: headers() }, gone.url))).kind).toBe('unavailable')
})

test.each([
  ['nothing', () => ({})],
  ['the name alone', () => ({ 'X-Coinbase-API-Key': coinbase.keyName })],
  ['the secret alone', () => ({ 'X-Coinbase-API-Secret': escaped(pemOf(coinbase.privateKey)) })],
])('with %s, the answer says what to send', async (_, given) => {
  const refusal = await refusalOf(call({}, { headers: given() }))
  expect(refusal).toMatchObject({ kind: 'invalid', path: 'X-Coinbase-API-Key' })
  expect(refusal.message).toContain('X-Coinbase-API-Secret')
  expect(coinbase.requests).toEqual([])
})

test('over stdio it says why it cannot work', async () => {
  const refusal = await refusalOf(call({}, { transport: 'stdio' }))
  expect(refusal).toMatchObject({ kind: 'invalid', message: expect.stringContaining('stdio') })
})

const other = (curve: string) => generateKeyPairSync('ec', { namedCurve: curve }).privateKey
test.each([
  ['a word', () => 'secret-of-mine-1234567890'],
  [
    'a public key',
    () =>
      escaped(
        generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
          type: 'spki',
          format: 'pem',
        }) as string,
      ),
  ],
  ['a key on another curve', () => escaped(pemOf(other('P-384')))],
  [
    'an RSA key',
    () =>
      escaped(
        generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
          type: 'pkcs1',
          format: 'pem',
        }) as string,
      ),
  ],
  ['a torn PEM', () => escaped(pemOf(coinbase.privateKey)).slice(0, 120)],
  ['a damaged PEM', () => '-----BEGIN EC PRIVATE KEY-----\\nMHcCAQEEIAAAA\\n-----END EC PRIVATE KEY-----'],
])('%s is no private key', async (_, secret) => {
  const text = secret()
  const refusal = await refusalOf(call({}, { headers: headers(text) }))
  expect(refusal).toMatchObject({ kind: 'invalid', path: 'X-Coinbase-API-Secret' })
  for (const part of text.match(/[A-Za-z0-9+/]{16,}/g) ?? []) expect(refusal.message).not.toContain(part)
  expect(coinbase.requests).toEqual([])
})

test('an Ed25519 key is told apart', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.concat([
    privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(16),
    publicKey.export({ type: 'spki', format: 'der' }).subarray(12),
  ])
  for (const secret of [raw.toString('base64'), escaped(pemOf(privateKey, 'pkcs8'))]) {
    const refusal = await refusalOf(call({}, { headers: headers(secret) }))
    expect(refusal.message).toContain('Ed25519')
  }
})

test.each(['key', 'organizations/a', 'organizations/a/apiKeys/b/../c', 'organizations/a/apiKeys/b\r\nx: y'])(
  'the key name %p is refused',
  async (name) => {
    const refusal = await refusalOf(call({}, { headers: headers(undefined, name) }))
    expect(refusal).toMatchObject({ kind: 'invalid', path: 'X-Coinbase-API-Key' })
  },
)

test('a caller that goes away ends the request', async () => {
  coinbase.override = () => Bun.sleep(20_000).then(() => new Response(''))
  const gone = new AbortController()
  setTimeout(() => gone.abort(new Error('gone')), 50)
  const [operation] = portfolio({
    settings: { COINBASE_API_URL: coinbase.url },
    now: Date.now,
    fetch,
  } as never)
  const given: Record<string, string> = headers()
  const context = { header: (name: string) => given[name], transport: 'rest', signal: gone.signal }
  const input = { quote_currency: 'USD', include_empty: false }
  await expect(operation!.run(input, context as never)).rejects.toThrow('gone')
})

test('no credential reaches the database', async () => {
  coinbase.accounts = [{ currency: 'BTC', available: '1' }]
  await call()
  await refusalOf(call({}, { headers: headers(escaped(pemOf(stranger))) }))
  const file = storage.storage.location
  for (const path of [file, `${file}-wal`]) expectNoCredentials(readFileSync(path, 'latin1'))
})

function expectNoCredentials(text: string): void {
  const body = pemOf(coinbase.privateKey).split('\n').slice(1, -2)
  for (const part of [coinbase.keyName, ...body, 'PRIVATE KEY']) expect(text.includes(part)).toBe(false)
}

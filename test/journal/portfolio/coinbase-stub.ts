import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'

export interface StubAccount {
  currency: string
  available: string
  hold?: string
}

/** A stand-in for Coinbase's Advanced Trade API that checks every token as Coinbase does. */
export interface CoinbaseStub {
  url: string
  keyName: string
  privateKey: KeyObject
  accounts: StubAccount[]
  prices: Record<string, { bid: string; ask: string }>
  /** What was asked, as `GET path?query`. */
  requests: string[]
  /** Faults of tokens that were refused. */
  refusals: string[]
  /** Answers instead of the API, when it gives a response. */
  override: (path: string) => Response | Promise<Response> | undefined
  pageSize: number
  stop(): Promise<void>
}

export function startCoinbase(): CoinbaseStub {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const seen = new Set<string>()
  const stub: Omit<CoinbaseStub, 'url' | 'stop'> = {
    keyName:
      'organizations/0198c7a0-5f3e-7cc4-9d2b-3f6a1b2c4d5e/apiKeys/0198c7a0-5f3e-7cc4-9d2b-3f6a1b2c4d5f',
    privateKey,
    accounts: [],
    prices: {},
    requests: [],
    refusals: [],
    override: () => undefined,
    pageSize: 250,
  }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const url = new URL(request.url)
      stub.requests.push(`${request.method} ${url.pathname}${url.search}`)
      const fault = await faultOf(request, url, publicKey, stub.keyName, seen)
      if (fault) {
        stub.refusals.push(fault)
        return new Response('Unauthorized', { status: 401 })
      }
      return (await stub.override(url.pathname)) ?? answer(stub, url)
    },
  })
  return Object.assign(stub, { url: server.url.origin, stop: () => server.stop(true) })
}

async function faultOf(request: Request, url: URL, key: KeyObject, name: string, seen: Set<string>) {
  const token = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ['ES256'], issuer: 'cdp', subject: name })
    const header = decodeProtectedHeader(token) as Record<string, unknown>
    const uri = `${request.method} ${url.host}${url.pathname}`
    if (payload.uri !== uri) return `uri is ${payload.uri}, not ${uri}`
    if (!payload.exp || !payload.nbf || payload.exp - payload.nbf > 120) return 'lives too long'
    if (header.kid !== name) return 'kid'
    if (typeof header.nonce !== 'string' || header.nonce.length < 16 || seen.has(header.nonce)) return 'nonce'
    seen.add(header.nonce)
    return undefined
  } catch (error) {
    return String(error)
  }
}

function answer(stub: Omit<CoinbaseStub, 'url' | 'stop'>, url: URL): Response {
  if (url.pathname === '/api/v3/brokerage/accounts') return accountsPage(stub, url)
  if (url.pathname !== '/api/v3/brokerage/best_bid_ask') return new Response('Not found', { status: 404 })
  const products = url.searchParams.getAll('product_ids')
  if (products.some((product) => !stub.prices[product])) {
    return Response.json({ error: 'INVALID_ARGUMENT', message: 'unknown product' }, { status: 400 })
  }
  const pricebooks = products.map((product_id) => {
    const { bid, ask } = stub.prices[product_id]!
    const levels = (price: string) => (price ? [{ price, size: '1' }] : [])
    return { product_id, bids: levels(bid), asks: levels(ask), time: '2026-11-21T00:00:00Z' }
  })
  return Response.json({ pricebooks })
}

function accountsPage(
  { accounts, pageSize }: Pick<CoinbaseStub, 'accounts' | 'pageSize'>,
  url: URL,
): Response {
  const start = Number(url.searchParams.get('cursor') ?? 0)
  const size = Math.min(pageSize, Number(url.searchParams.get('limit') ?? 49))
  const page = accounts.slice(start, start + size).map(({ currency, available, hold }, at) => ({
    uuid: `uuid-${start + at}`,
    name: `${currency} Wallet`,
    currency,
    available_balance: { value: available, currency },
    ...(hold !== undefined && { hold: { value: hold, currency } }),
    default: true,
    active: true,
    type: 'ACCOUNT_TYPE_CRYPTO',
    ready: true,
  }))
  const next = start + page.length
  const more = next < accounts.length
  return Response.json({
    accounts: page,
    has_next: more,
    cursor: more ? String(next) : '',
    size: page.length,
  })
}

import { type Static, Type } from '@sinclair/typebox'
import { AppError } from '../../../core/errors'
import type { Host } from '../../../core/module'
import { type Call, defineOperation } from '../../../core/operation'
import type { JournalSettings } from '../settings'
import { listAccounts } from './accounts'
import { type Coinbase, openCoinbase } from './coinbase'
import { readCredentials } from './credentials'
import { balancesOf, holdingView, isEmpty, valueHoldings } from './holding'
import { findPrices } from './prices'

const input = Type.Object(
  {
    quote_currency: Type.String({
      pattern: '^[A-Z0-9]{2,10}$',
      default: 'USD',
      description: 'Currency of prices and values',
    }),
    include_empty: Type.Boolean({
      default: false,
      description: 'Show currencies of which nothing is held too',
    }),
  },
  { additionalProperties: false },
)

const output = Type.Object(
  {
    success: Type.Literal(true),
    quote_currency: Type.String(),
    total_value: Type.Number({ description: 'Value of the holdings that have a price' }),
    holdings: Type.Array(holdingView),
    count: Type.Integer(),
    unpriced: Type.Array(Type.String(), { description: 'Currencies that the total leaves out' }),
    note: Type.Union([Type.String(), Type.Null()]),
    as_of: Type.String({ format: 'date-time' }),
    disclaimer: Type.String(),
  },
  { additionalProperties: false },
)

/** Reads a person's balances and their worth from Coinbase, with credentials that live as long as the call. */
export const getPortfolio = (host: Host<JournalSettings>) =>
  defineOperation({
    name: 'get_portfolio',
    title: 'Get the portfolio at Coinbase',
    description:
      'Reads what the user holds at Coinbase now, with prices and shares. Needs the request headers X-Coinbase-API-Key and X-Coinbase-API-Secret, which the user sets in the MCP client; never ask for them in the conversation. Nothing of it is stored: to keep a snapshot, call store_record with the answer.',
    input,
    output,
    scope: 'journal:read',
    hints: { readOnly: true, openWorld: true },
    rest: { method: 'GET', path: '/portfolio' },
    examples: [{ title: 'In euros', input: { quote_currency: 'EUR', include_empty: false } }],
    run: (asked, call) => readPortfolio(host, asked, call),
  })

async function readPortfolio(
  host: Host<JournalSettings>,
  { quote_currency: quote, include_empty }: Static<typeof input>,
  call: Call,
): Promise<Static<typeof output>> {
  const coinbase = openCoinbase(host, readCredentials(call), call.signal)
  const balances = balancesOf(await listAccounts(coinbase))
  const shown = include_empty ? balances : balances.filter((balance) => !isEmpty(balance))
  const prices = await pricesOf(
    coinbase,
    shown.map(({ currency }) => currency),
    quote,
  )
  const { holdings, total } = valueHoldings(shown, (currency) => prices?.get(currency))
  return {
    success: true,
    quote_currency: quote,
    total_value: total,
    holdings,
    count: holdings.length,
    unpriced: holdings.filter(({ price }) => price === null).map(({ currency }) => currency),
    note: prices ? null : 'Coinbase gave no prices just now: amounts are right, values are missing',
    as_of: new Date(host.now()).toISOString(),
    disclaimer: 'Information, not financial advice.',
  }
}

/** Prices by currency, or undefined when Coinbase gives none now. A balance without prices is better than no balance. */
async function pricesOf(
  coinbase: Coinbase,
  currencies: string[],
  quote: string,
): Promise<Map<string, number> | undefined> {
  const asked = currencies.filter((currency) => currency !== quote && /^[A-Z0-9]{1,20}$/.test(currency))
  try {
    const prices = await findPrices(coinbase, asked, quote)
    for (const currency of sameWorth(quote)) if (!prices.has(currency)) prices.set(currency, 1)
    return prices
  } catch (error) {
    if (error instanceof AppError && error.kind === 'unavailable') return undefined
    throw error
  }
}

/** Coinbase exchanges a USDC for a dollar and back, and runs no market between the two. */
const sameWorth = (quote: string) => (quote === 'USD' || quote === 'USDC' ? ['USD', 'USDC'] : [quote])

import { Type } from '@sinclair/typebox'
import { type Coinbase, UnknownThing } from './coinbase'

const level = Type.Object({ price: Type.String() })
const answer = Type.Object({
  pricebooks: Type.Array(
    Type.Object({ product_id: Type.String(), bids: Type.Array(level), asks: Type.Array(level) }),
  ),
})

/** Products in one question: their names must fit into a URL. */
const together = 50

/** The price of each currency in `quote`, halfway between best bid and best ask; those without a market are left out. */
export async function findPrices(
  coinbase: Coinbase,
  currencies: string[],
  quote: string,
): Promise<Map<string, number>> {
  const prices = new Map<string, number>()
  for (let at = 0; at < currencies.length; at += together) {
    const products = currencies.slice(at, at + together).map((currency) => `${currency}-${quote}`)
    for (const [product, price] of await ask(coinbase, products)) {
      prices.set(product.slice(0, -quote.length - 1), price)
    }
  }
  return prices
}

/** One unknown product makes Coinbase refuse the whole question, so a refused question is asked again in halves. */
async function ask(coinbase: Coinbase, products: string[]): Promise<[string, number][]> {
  if (products.length === 0) return []
  try {
    const query = products.map((product): [string, string] => ['product_ids', product])
    const { pricebooks } = await coinbase.get('/api/v3/brokerage/best_bid_ask', query, answer)
    return pricebooks.flatMap(({ product_id, bids, asks }) => {
      const price = midpoint(bids[0]?.price, asks[0]?.price)
      return price === undefined ? [] : [[product_id, price] as [string, number]]
    })
  } catch (error) {
    if (!(error instanceof UnknownThing)) throw error
    if (products.length === 1) return []
    const half = Math.ceil(products.length / 2)
    return [...(await ask(coinbase, products.slice(0, half))), ...(await ask(coinbase, products.slice(half)))]
  }
}

function midpoint(...sides: (string | undefined)[]): number | undefined {
  const prices = sides.map(Number).filter((price) => price > 0 && Number.isFinite(price))
  return prices.length === 0 ? undefined : prices.reduce((sum, price) => sum + price, 0) / prices.length
}

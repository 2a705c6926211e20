import type { ListedRow } from '../entries/list-query'
import { normalizeSymbol } from '../entries/symbols'

/** A purchase or sale whose numbers an entry gives. */
export interface Trade {
  symbol: string
  /** What the price is in; USD where the entry does not say. */
  currency: string
  action: 'buy' | 'sell'
  quantity: number
  price: number
  at: Date
}

/** A sale against earlier purchases. */
export interface Closed {
  symbol: string
  currency: string
  sold_at: Date
  /** As much of the sale as earlier purchases cover. */
  quantity: number
  profit: number
  cost: number
}

/** What pairing leaves. */
export interface Pairing {
  closed: Closed[]
  /** Bought and not sold, by symbol and currency. */
  open: { symbol: string; currency: string; quantity: number }[]
  /** When sales happened that no earlier purchase covers, or not wholly. */
  unmatched: Date[]
}

const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0

/** The trade that an entry of type trade tells, when its metadata has action, symbol, quantity (or amount) and price. */
export function tradeOf({ entry_type, metadata, occurred_at }: ListedRow): Trade | undefined {
  const { action, symbol: text, price } = metadata
  const quantity = metadata.quantity ?? metadata.amount
  const symbol = typeof text === 'string' ? normalizeSymbol(text) : undefined
  if (entry_type !== 'trade' || !symbol || !isAmount(price) || !isAmount(quantity) || quantity === 0)
    return undefined
  if (action !== 'buy' && action !== 'sell') return undefined
  return { symbol, currency: currencyOf(metadata.pair ?? text), action, quantity, price, at: occurred_at }
}

const currencyOf = (pair: unknown) =>
  typeof pair === 'string' ? (/[-/]([A-Za-z0-9]{1,10})$/.exec(pair)?.[1]?.toUpperCase() ?? 'USD') : 'USD'

interface Lot {
  quantity: number
  price: number
}

/** Quantities that floating point leaves over are none. */
const dust = 1e-12

/**
 * Pairs sales with purchases first in, first out, by symbol and currency, in the order in which they occurred. Fees are unknown and left
 * out.
 */
export function pairTrades(trades: readonly Trade[]): Pairing {
  const lots = new Map<string, { symbol: string; currency: string; queue: Lot[] }>()
  const closed: Closed[] = []
  const unmatched: Date[] = []
  for (const trade of trades.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    const { symbol, currency, quantity, price } = trade
    const key = `${symbol}/${currency}`
    const held = lots.get(key) ?? { symbol, currency, queue: [] }
    lots.set(key, held)
    if (trade.action === 'buy') held.queue.push({ quantity, price })
    else {
      const sale = sell(held.queue, trade)
      if (sale.quantity > 0) closed.push(sale)
      if (quantity - sale.quantity > dust * quantity) unmatched.push(trade.at)
    }
  }
  return { closed, open: openOf([...lots.values()]), unmatched }
}

function sell(queue: Lot[], { symbol, currency, quantity, price, at }: Trade): Closed {
  let left = quantity
  let cost = 0
  while (left > dust * quantity && queue.length > 0) {
    const lot = queue[0]!
    const taken = Math.min(lot.quantity, left)
    cost += taken * lot.price
    left -= taken
    lot.quantity -= taken
    if (lot.quantity <= dust * taken) queue.shift()
  }
  const matched = queue.length === 0 && left > dust * quantity ? quantity - left : quantity
  return { symbol, currency, sold_at: at, quantity: matched, profit: matched * price - cost, cost }
}

function openOf(lots: { symbol: string; currency: string; queue: Lot[] }[]): Pairing['open'] {
  const sums = lots.map(({ symbol, currency, queue }) => ({
    symbol,
    currency,
    quantity: queue.reduce((sum, lot) => sum + lot.quantity, 0),
  }))
  return sums.filter(({ quantity }) => quantity > dust)
}

import { type Static, Type } from '@sinclair/typebox'
import type { Closed, Pairing } from './trades'

const closedObject = { additionalProperties: false }
const mostShown = 20

export const resultsView = Type.Object(
  {
    method: Type.String(),
    closed: Type.Integer({ description: 'Sales with an earlier purchase' }),
    wins: Type.Integer(),
    losses: Type.Integer(),
    break_even: Type.Integer(),
    win_rate: Type.Union([Type.Number(), Type.Null()], { description: 'Wins / closed, 0-1' }),
    sales: Type.Array(
      Type.Object(
        {
          symbol: Type.String(),
          currency: Type.String(),
          sold_at: Type.String(),
          quantity: Type.Number(),
          profit: Type.Number(),
          return_percent: Type.Union([Type.Number(), Type.Null()]),
        },
        closedObject,
      ),
      { description: 'The newest 20' },
    ),
    open: Type.Array(
      Type.Object({ symbol: Type.String(), currency: Type.String(), quantity: Type.Number() }, closedObject),
      { description: 'Bought and not sold; at most 20' },
    ),
    unmatched_sales: Type.Integer(),
  },
  closedObject,
)

const method =
  'Sales are paired with earlier purchases of the same symbol and currency, first in first out, from entries of type trade with action, quantity and price. Fees are not included.'

/** Twelve digits are all that sums of doubles can be trusted for. */
const tidy = (value: number) => Number(value.toPrecision(12))
/** A profit this small against its cost is rounding. */
const outcomeOf = ({ profit, cost }: Closed) =>
  Math.abs(profit) <= 1e-9 * Math.max(cost, 1e-9) ? 0 : Math.sign(profit)

/** Wins and losses of the sales since `from`; earlier trades only supply their purchases. */
export function resultsOf(
  { closed, open, unmatched }: Pairing,
  from: Date | undefined,
): Static<typeof resultsView> {
  const recent = (at: Date) => !from || at >= from
  const sales = closed.filter(({ sold_at }) => recent(sold_at))
  const count = (outcome: number) => sales.filter((sale) => outcomeOf(sale) === outcome).length
  const wins = count(1)
  return {
    method,
    closed: sales.length,
    wins,
    losses: count(-1),
    break_even: count(0),
    win_rate: sales.length === 0 ? null : Math.round((100 * wins) / sales.length) / 100,
    sales: sales.slice(-mostShown).reverse().map(viewSale),
    open: open.slice(0, mostShown).map((lot) => ({ ...lot, quantity: tidy(lot.quantity) })),
    unmatched_sales: unmatched.filter(recent).length,
  }
}

const viewSale = (sale: Closed) => ({
  symbol: sale.symbol,
  currency: sale.currency,
  sold_at: sale.sold_at.toISOString(),
  quantity: tidy(sale.quantity),
  profit: tidy(sale.profit),
  return_percent: sale.cost > 0 ? Math.round((10_000 * sale.profit) / sale.cost) / 100 : null,
})

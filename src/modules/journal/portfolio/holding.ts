import { type Static, Type } from '@sinclair/typebox'
import type { Account } from './accounts'
import { addDecimals } from './decimal'

/** What somebody holds of one currency. Amounts are decimal texts: they are exact. */
export const holdingView = Type.Object(
  {
    currency: Type.String(),
    available: Type.String({ description: 'Amount that can be traded' }),
    hold: Type.String({ description: 'Amount that open orders hold' }),
    total: Type.String({ description: 'available + hold' }),
    price: Type.Union([Type.Number(), Type.Null()], {
      description: 'Of one unit; null where there is no market',
    }),
    value: Type.Union([Type.Number(), Type.Null()], { description: 'total × price, to the cent' }),
    allocation_percentage: Type.Union([Type.Number(), Type.Null()], {
      description: 'Share of the value of all priced holdings',
    }),
  },
  { additionalProperties: false },
)
export type Holding = Static<typeof holdingView>

/** The amounts of one currency, over all of its accounts. */
export type Balance = Pick<Holding, 'currency' | 'available' | 'hold' | 'total'>

/** Sums accounts by currency. */
export function balancesOf(accounts: Account[]): Balance[] {
  const balances = new Map<string, Balance>()
  for (const { currency, available_balance, hold } of accounts) {
    const earlier = balances.get(currency) ?? { currency, available: '0', hold: '0', total: '0' }
    const available = addDecimals(earlier.available, available_balance.value)
    const held = addDecimals(earlier.hold, hold?.value ?? '0')
    balances.set(currency, { currency, available, hold: held, total: addDecimals(available, held) })
  }
  return [...balances.values()]
}

export const isEmpty = ({ total }: Balance) => !/[1-9]/.test(total)

const cents = (value: number) => Math.round(value * 100) / 100

/** Puts prices to balances; the most valuable first, those without a price last. */
export function valueHoldings(
  balances: Balance[],
  priceOf: (currency: string) => number | undefined,
): { holdings: Holding[]; total: number } {
  const valued = balances.map((balance) => {
    const price = priceOf(balance.currency) ?? null
    return { ...balance, price, value: price === null ? null : cents(Number(balance.total) * price) }
  })
  const total = cents(valued.reduce((sum, { value }) => sum + (value ?? 0), 0))
  const share = (value: number | null) =>
    value === null || total === 0 ? null : cents((value / total) * 100)
  const holdings = valued
    .map((holding) => ({ ...holding, allocation_percentage: share(holding.value) }))
    .sort((a, b) => (b.value ?? -1) - (a.value ?? -1) || (a.currency < b.currency ? -1 : 1))
  return { holdings, total }
}

import { type Static, Type } from '@sinclair/typebox'
import type { Host } from '../../../core/module'
import { defineOperation } from '../../../core/operation'
import { perInput } from '../../../core/per-input'
import type { JournalSettings } from '../settings'
import { addEntry } from './add-entry'
import { draftEntry, type EntryInput } from './draft'
import { clientIdInput, occurredAtInput, storedOutput } from './inputs'
import { pairInput, pairOf } from './pair'
import { trimmed } from './text'

const input = Type.Object(
  {
    symbol: pairInput,
    action: Type.Union([Type.Literal('buy'), Type.Literal('sell')]),
    quantity: Type.Number({ exclusiveMinimum: 0, maximum: 1e15, description: 'Units' }),
    price: Type.Number({ minimum: 0, maximum: 1e15, description: 'Per unit' }),
    reasoning: Type.String({ minLength: 1, maxLength: 9_000, description: 'Why' }),
    strategy: Type.Optional(Type.String({ minLength: 1, maxLength: 50 })),
    occurred_at: Type.Optional(occurredAtInput),
    client_id: Type.Optional(clientIdInput),
  },
  { additionalProperties: false },
)

const draftOf = perInput((trade: Static<typeof input>) => draftEntry(entryOf(trade)))

export const logTradeEntry = (host: Host<JournalSettings>) =>
  defineOperation({
    name: 'log_trade_entry',
    title: 'Log a trade',
    description:
      'Writes down a purchase or sale that was made, with its numbers and reason; insights pair buys with sells. It places no order. A plan to trade is store_journal_entry with type plan.',
    input,
    output: storedOutput,
    scope: 'journal:write',
    rest: { method: 'POST', path: '/entries/trades', status: 201 },
    examples: [
      {
        title: 'A purchase',
        input: {
          symbol: 'ETH',
          action: 'buy',
          quantity: 2,
          price: 1500,
          reasoning: 'Breakout above the range',
          strategy: 'momentum',
        },
      },
    ],
    check: draftOf,
    run: (trade, call) => addEntry(host, call, draftOf(trade)),
  })

/** The entry of a trade: `Buy 2 ETH at 1500. Reasoning: …`; its numbers stand in metadata, `trade_value` = quantity × price. */
export function entryOf(trade: Static<typeof input>): EntryInput {
  const { action, quantity, price, strategy, occurred_at, client_id } = trade
  const { symbol, pair } = pairOf(trade.symbol)
  const reasoning = trimmed(trade.reasoning, '/reasoning')
  const sentences = [
    `${action === 'buy' ? 'Buy' : 'Sell'} ${quantity} ${symbol} at ${price}.`,
    `Reasoning: ${reasoning}`,
    ...(strategy ? [`Strategy: ${strategy}`] : []),
  ]
  return {
    entry: sentences.join('\n'),
    entry_type: 'trade',
    tags: [symbol, action, ...(strategy ? [strategy] : [])],
    metadata: {
      symbol,
      ...(pair ? { pair } : {}),
      action,
      quantity,
      price,
      trade_value: Number((quantity * price).toPrecision(15)),
      reasoning,
      ...(strategy ? { strategy } : {}),
    },
    ...(occurred_at ? { occurred_at } : {}),
    ...(client_id ? { client_id } : {}),
  }
}

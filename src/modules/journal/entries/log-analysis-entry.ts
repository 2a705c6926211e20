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
    analysis: Type.String({ minLength: 1, maxLength: 9_000 }),
    outlook: Type.Optional(
      Type.Union([Type.Literal('bullish'), Type.Literal('bearish'), Type.Literal('neutral')]),
    ),
    confidence: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
    occurred_at: Type.Optional(occurredAtInput),
    client_id: Type.Optional(clientIdInput),
  },
  { additionalProperties: false },
)

const draftOf = perInput((analysis: Static<typeof input>) => draftEntry(entryOf(analysis)))

export const logAnalysisEntry = (host: Host<JournalSettings>) =>
  defineOperation({
    name: 'log_analysis_entry',
    title: 'Log a market analysis',
    description:
      'Writes down a view on one asset, with outlook and confidence, to be compared with what happened later. For trades use log_trade_entry.',
    input,
    output: storedOutput,
    scope: 'journal:write',
    rest: { method: 'POST', path: '/entries/analyses', status: 201 },
    examples: [
      {
        title: 'A bullish view',
        input: {
          symbol: 'BTC',
          analysis: 'Holding above the 200-day average',
          outlook: 'bullish',
          confidence: 7,
        },
      },
    ],
    check: draftOf,
    run: (analysis, call) => addEntry(host, call, draftOf(analysis)),
  })

function entryOf(given: Static<typeof input>): EntryInput {
  const { analysis, outlook, confidence, occurred_at, client_id } = given
  const { symbol, pair } = pairOf(given.symbol)
  const view = [
    ...(outlook ? [`Outlook: ${outlook}`] : []),
    ...(confidence ? [`Confidence: ${confidence}/10`] : []),
  ]
  return {
    entry: [`${symbol} analysis: ${trimmed(analysis, '/analysis')}`, ...view].join('\n'),
    entry_type: 'analysis',
    tags: [symbol, 'analysis', ...(outlook ? [outlook] : [])],
    metadata: {
      symbol,
      ...(pair ? { pair } : {}),
      ...(outlook ? { outlook } : {}),
      ...(confidence ? { confidence } : {}),
    },
    ...(occurred_at ? { occurred_at } : {}),
    ...(client_id ? { client_id } : {}),
  }
}

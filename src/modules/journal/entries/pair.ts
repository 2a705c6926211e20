import { Type } from '@sinclair/typebox'
import { normalizeSymbol } from './symbols'

/** A ticker, or a pair whose first part is the asset. */
export const pairInput = Type.String({
  pattern: '^\\$?[A-Za-z0-9]{1,20}([-/][A-Za-z0-9]{1,10})?$',
  description: 'Ticker such as BTC or BTC-USD',
})

/** The asset, and the pair in capitals where one was given. */
export function pairOf(text: string): { symbol: string; pair: string | undefined } {
  const pair = /[-/]/.test(text) ? text.replace('$', '').replace('/', '-').toUpperCase() : undefined
  return { symbol: normalizeSymbol(text)!, pair }
}

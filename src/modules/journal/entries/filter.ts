import { type Static, Type } from '@sinclair/typebox'
import { invalid } from '../../../core/errors'
import { labelOfTag } from './draft'
import { entryTypePattern, limits } from './entry'
import { normalizeSymbol } from './symbols'
import { parseSpan } from './time'

/** Inputs by which lists and searches are narrowed. */
export const filterInput = {
  entry_type: Type.Optional(
    Type.String({ pattern: entryTypePattern, description: 'Only this type, e.g. trade' }),
  ),
  tag: Type.Optional(Type.String({ minLength: 1, maxLength: limits.tag, description: 'Only with this tag' })),
  symbol: Type.Optional(
    Type.String({ minLength: 1, maxLength: 32, description: 'Only about this asset, e.g. BTC' }),
  ),
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Occurred at or after (ISO 8601)' })),
  to: Type.Optional(
    Type.String({ format: 'date-time', description: 'Occurred at or before; a date means all of that day' }),
  ),
}
const filterSchema = Type.Object(filterInput)

/** A filter as queries need it: labels in their stored form. */
export interface Filter {
  entry_type: string | undefined
  tag: string | undefined
  symbol: string | undefined
  from: Date | undefined
  to: Date | undefined
}

/** Throws `invalid` for a symbol or span that nothing can match. */
export function parseFilter(input: Static<typeof filterSchema>): Filter {
  const symbol = input.symbol === undefined ? undefined : normalizeSymbol(input.symbol)
  if (input.symbol !== undefined && symbol === undefined)
    throw invalid('/symbol', 'must be a ticker such as BTC or BTC-USD')
  const tag = input.tag === undefined ? undefined : labelOfTag(input.tag)
  return { entry_type: input.entry_type, tag, symbol, ...parseSpan(input) }
}

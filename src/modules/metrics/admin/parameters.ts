import type { RawRequest } from '../../../core/module'
import { MisformedRequest } from '../ingest/faults'
import { readNumber } from '../ingest/numbers'
import { parseBody } from '../ingest/read-body'

/** What a request asks for, from a JSON body or the query, alike; the query wins where both say something. */
export interface Parameters {
  text(name: string): string | undefined
  bool(name: string, otherwise: boolean): boolean
  /** A whole number within bounds. */
  int(name: string, min: number, max: number): number
}

export function readParameters(raw: RawRequest): Parameters {
  const query = new URL(raw.request.url).searchParams
  const body = raw.bytes.length > 0 ? parseBody(raw.bytes) : {}
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw fault(['body'], 'dict_type', 'Input should be a valid dictionary')
  const given = (name: string): unknown =>
    query.get(name) ?? (body as Record<string, unknown>)[name] ?? undefined
  return {
    text(name) {
      const value = given(name)
      if (value === undefined || typeof value === 'string') return value
      throw fault(['query', name], 'string_type', 'Input should be a valid string')
    },
    bool(name, otherwise) {
      const value = given(name)
      if (value === undefined) return otherwise
      const found = typeof value === 'object' ? undefined : words[String(value).toLowerCase()]
      if (found === undefined)
        throw fault(
          ['query', name],
          'bool_parsing',
          'Input should be a valid boolean, unable to interpret input',
        )
      return found
    },
    int(name, min, max) {
      const value = given(name)
      if (value === undefined) throw fault(['query', name], 'missing', 'Field required')
      const number = typeof value === 'boolean' ? undefined : readNumber(value)
      if (number === undefined || !Number.isInteger(number))
        throw fault(
          ['query', name],
          'int_parsing',
          'Input should be a valid integer, unable to parse string as an integer',
        )
      if (number < min || number > max)
        throw fault(['query', name], 'out_of_range', `Input should be from ${min} to ${max}`)
      return number
    },
  }
}

const words: Record<string, boolean> = {
  true: true,
  '1': true,
  yes: true,
  on: true,
  false: false,
  '0': false,
  no: false,
  off: false,
}

const fault = (loc: string[], type: string, msg: string) => new MisformedRequest([{ type, loc, msg }])

import type { TObject, TSchema } from '@sinclair/typebox'
import { AppError } from '../../core/errors'
import { fits } from '../../core/validate'

/** Input as text arrived in a URL: made fit for the schema where it can be, left for validation to refuse where not. */
export type Input = Record<string, unknown>

/**
 * The query string as an operation's input. Numbers and booleans become what they say. Arrays: the parameter repeated, or once with
 * commas, or a JSON array. Objects: JSON. Unknown parameters stay, so that validation names them. Throws `malformed` for broken percent-encoding.
 */
export function queryInput(url: string, schema: TObject): Input {
  const input: Input = Object.create(null)
  const at = url.indexOf('?')
  if (at < 0) return input
  const query = url.slice(at + 1)
  checkEncoding(query)
  const values = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(query)) {
    const earlier = values.get(name)
    if (earlier) earlier.push(value)
    else values.set(name, [value])
  }
  for (const [name, texts] of values) input[name] = fromTexts(propertyOf(schema, name), texts)
  return input
}

/** `URLSearchParams` would take what cannot be read for other characters. */
function checkEncoding(query: string): void {
  if (!query.includes('%')) return
  try {
    decodeURIComponent(query)
  } catch {
    throw new AppError('malformed', 'The query is not valid percent-encoded UTF-8; a % of its own is %25')
  }
}

/** Path parameters as input. */
export function pathInput(params: Record<string, string>, schema: TObject): Input {
  const input: Input = Object.create(null)
  for (const [name, text] of Object.entries(params)) input[name] = fromText(propertyOf(schema, name), text)
  return input
}

const propertyOf = (schema: TObject, name: string): TSchema | undefined =>
  Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined

const itemsOf = (schema: TSchema): TSchema | undefined =>
  schema.type === 'array' ? schema.items : schema.anyOf?.map(itemsOf).find(Boolean)

function fromTexts(schema: TSchema | undefined, texts: string[]): unknown {
  const items = schema && itemsOf(schema)
  if (!items) return texts.length === 1 ? fromText(schema, texts[0]!) : texts
  const [only = ''] = texts
  if (texts.length === 1 && only.startsWith('[')) return fromJson(only)
  const parts = texts.length === 1 ? only.split(',').map((part) => part.trim()) : texts
  return parts.filter((part) => part !== '').map((part) => fromText(items, part))
}

const numeric = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/

/** What `text` means for this schema; the text itself when it means nothing. */
export function fromText(schema: TSchema | undefined, text: string): unknown {
  if (schema === undefined || schema.type === 'string') return text
  if (schema.anyOf) return fromOptions(schema.anyOf, text)
  if ('const' in schema) return String(schema.const) === text ? schema.const : text
  if (schema.enum) return schema.enum.find((value: unknown) => String(value) === text) ?? text
  switch (schema.type) {
    case 'integer':
    case 'number':
      return numeric.test(text) ? Number(text) : text
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'null':
      return text === '' || text === 'null' ? null : text
    default:
      return fromJson(text)
  }
}

/** The first option that the text fits. */
function fromOptions(options: TSchema[], text: string): unknown {
  for (const option of options) {
    const value = fromText(option, text)
    if (fits(option, value)) return value
  }
  return text
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

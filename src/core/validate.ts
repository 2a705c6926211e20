import { FormatRegistry, type TObject, type TSchema } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors'
import { AppError, type Fault } from './errors'
import { findUnstorable } from './json'
import { parseTime } from './time'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** What `toISOString` writes, on days that every month has: most times of ours, and nothing in them needs to be parsed. */
const plainTime = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/
const isTime = (text: string) => plainTime.test(text) || parseTime(text) !== undefined

FormatRegistry.Set('uuid', (text) => uuid.test(text))
/** ISO 8601; a date alone is its midnight, a time without zone is UTC. One text often stands in several members. */
let lastTime = ''
FormatRegistry.Set('date-time', (text) => {
  if (text === lastTime) return true
  if (!isTime(text)) return false
  lastTime = text
  return true
})

const checks = new WeakMap<TSchema, TypeCheck<TSchema>>()
const defaults = new WeakMap<TObject, Record<string, unknown> | null>()

function compiled(schema: TSchema): TypeCheck<TSchema> {
  let check = checks.get(schema)
  if (!check) {
    check = TypeCompiler.Compile(schema)
    checks.set(schema, check)
  }
  return check
}

/** Null where no member has one. */
function defaultsOf(schema: TObject): Record<string, unknown> | null {
  let found = defaults.get(schema)
  if (found === undefined) {
    const entries = Object.entries(schema.properties).filter(([, property]) => property.default !== undefined)
    found =
      entries.length > 0
        ? Object.fromEntries(entries.map(([name, property]) => [name, property.default]))
        : null
    defaults.set(schema, found)
  }
  return found
}

/** True when `value` fits `schema`. */
export const fits = (schema: TSchema, value: unknown): boolean => compiled(schema).Check(value)

/** The values of a schema that lists them. */
function choicesOf({ anyOf, enum: listed }: TSchema): string | undefined {
  if (anyOf?.every((option: TSchema) => 'const' in option)) {
    return anyOf.map((option: TSchema) => option.const).join(', ')
  }
  return listed?.join(', ')
}

function explain(error: ValueError, schema: TObject): string {
  if (error.message === 'Unexpected property') {
    return `is not known here; known are ${Object.keys(schema.properties).join(', ')}`
  }
  const choices = choicesOf(error.schema)
  if (error.value === undefined) return choices ? `is required: one of ${choices}` : 'is required'
  if (error.schema.format === 'date-time')
    return 'must be an ISO 8601 date or time, e.g. 2026-11-21T09:30:00Z'
  if (choices) return `must be one of ${choices}`
  return error.message.charAt(0).toLowerCase() + error.message.slice(1)
}

/** JSON Schema counts characters where the compiled check counts UTF-16 units, two of them for an emoji. */
const fitsInCharacters = ({ type, value, schema }: ValueError) =>
  type === ValueErrorType.StringMaxLength && [...(value as string)].length <= schema.maxLength

/** Every fault of `value` against `schema`, one a place, at most 20; the values are never repeated. */
export function faultsOf(schema: TObject, value: unknown): Fault[] {
  const faults = new Map<string, string>()
  for (const error of compiled(schema).Errors(value)) {
    if (fitsInCharacters(error)) continue
    if (!faults.has(error.path)) faults.set(error.path, explain(error, schema))
    if (faults.size === 20) break
  }
  return [...faults].map(([path, message]) => ({ path, message }))
}

function misfit(faults: Fault[]): AppError {
  const text = faults.map(({ path, message }) => `${path || 'the input'} ${message}`).join('; ')
  return new AppError('invalid', `The input does not fit: ${text}`, { errors: faults })
}

/** Fills in top-level defaults and checks; throws `invalid` with every fault. Returns a copy. */
export function validate(schema: TObject, input: unknown): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw misfit([{ path: '', message: 'must be a JSON object' }])
  }
  const assumed = defaultsOf(schema)
  // To copy two costs four times as much as to copy one.
  const value: Record<string, unknown> = assumed ? { ...assumed, ...input } : { ...input }
  const faults = compiled(schema).Check(value) ? [] : faultsOf(schema, value)
  if (faults.length > 0) throw misfit(faults)
  const unstorable = findUnstorable(value)
  if (unstorable) throw misfit([unstorable])
  return value
}

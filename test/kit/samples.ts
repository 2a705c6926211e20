import type { TObject, TSchema } from '@sinclair/typebox'

/** Inputs that a schema alone does not give: what an operation needs to do something sensible. */
const known: Record<string, unknown> = {
  confirm: 'delete everything',
  from: '2026-01-01T00:00:00Z',
  to: '2026-12-31T00:00:00Z',
  symbol: 'BTC',
  entry_type: 'general',
  record_type: 'note',
  query: 'word',
  key: 'sample_key',
}

/** The smallest value that fits a schema, with readable text where any would do. */
export function sample(schema: TSchema, name = ''): unknown {
  if (name in known && schema.type === 'string') return known[name]
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf) return sample(schema.anyOf[0], name)
  if (schema.type === 'string')
    return schema.format === 'uuid' ? crypto.randomUUID() : `sample ${name}`.slice(0, schema.maxLength)
  if (schema.type === 'integer' || schema.type === 'number')
    return schema.minimum ?? schema.exclusiveMinimum ?? 1
  if (schema.type === 'boolean') return true
  if (schema.type === 'array') return schema.minItems ? [sample(schema.items, name)] : []
  if (schema.type === 'object') return sampleInput(schema as TObject)
  return 'sample'
}

/** The smallest input that fits: required fields only. */
export function sampleInput(schema: TObject): Record<string, unknown> {
  const required = new Set(schema.required ?? [])
  const entries = Object.entries(schema.properties ?? {}).filter(([name]) => required.has(name))
  return Object.fromEntries(entries.map(([name, property]) => [name, sample(property, name)]))
}

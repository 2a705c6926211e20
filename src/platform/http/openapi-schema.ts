import type { TSchema } from '@sinclair/typebox'

/** A schema object of OpenAPI 3.0. */
export type OpenApiSchema = Record<string, unknown>
type Any = Record<string, unknown>

/** Keywords that mean the same in both dialects and hold no schemas. */
const kept = [
  'type',
  'title',
  'description',
  'format',
  'enum',
  'default',
  'example',
  'required',
  'multipleOf',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'readOnly',
  'writeOnly',
  'deprecated',
  'nullable',
]

/** Translates a TypeBox schema (JSON Schema) into the dialect of OpenAPI 3.0.3; what that one cannot say is left out. */
export function openApiSchema(schema: TSchema): OpenApiSchema {
  return translate(JSON.parse(JSON.stringify(schema)))
}

function translate(schema: Any): OpenApiSchema {
  const { anyOf, oneOf } = schema as { anyOf?: Any[]; oneOf?: Any[] }
  if (anyOf ?? oneOf) return union(schema, (anyOf ?? oneOf)!)
  if (Array.isArray(schema.type))
    return union(
      schema,
      schema.type.map((type) => ({ ...schema, type })),
    )
  if (schema.type === 'null') return { ...basics(schema, ['type']), nullable: true, enum: [null] }
  if ('const' in schema) return literals(schema, [schema.const])
  return {
    ...basics(schema),
    ...bounds(schema),
    ...(Array.isArray(schema.allOf) && { allOf: schema.allOf.map(translate) }),
    ...(isSchema(schema.not) && { not: translate(schema.not) }),
    ...(schema.type === 'array' && { items: itemsOf(schema.items) }),
    ...(schema.type === 'object' && members(schema)),
  }
}

const isSchema = (value: unknown): value is Any =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function basics(schema: Any, without: readonly string[] = []): OpenApiSchema {
  const entries = kept
    .filter((key) => key in schema && !without.includes(key))
    .map((key) => [key, schema[key]])
  const [example] = Array.isArray(schema.examples) ? schema.examples : []
  if (example !== undefined && !('example' in schema)) entries.push(['example', example])
  return Object.fromEntries(entries) as OpenApiSchema
}

/** Exclusive bounds are flags in OpenAPI 3.0. */
function bounds(schema: Any): OpenApiSchema {
  const found: OpenApiSchema = {}
  if (typeof schema.exclusiveMinimum === 'number') {
    Object.assign(found, { minimum: schema.exclusiveMinimum, exclusiveMinimum: true })
  }
  if (typeof schema.exclusiveMaximum === 'number') {
    Object.assign(found, { maximum: schema.exclusiveMaximum, exclusiveMaximum: true })
  }
  return found
}

/** Tuples become arrays of any of their items. */
function itemsOf(items: unknown): OpenApiSchema {
  if (isSchema(items)) return translate(items)
  return Array.isArray(items) && items.length > 0 ? { anyOf: items.map(translate) } : {}
}

function members(schema: Any): OpenApiSchema {
  const found: OpenApiSchema = {}
  if (isSchema(schema.properties)) {
    const properties = Object.entries(schema.properties).map(([name, value]) => [
      name,
      translate(value as Any),
    ])
    found.properties = Object.fromEntries(properties)
  }
  const additional = additionalOf(schema)
  if (additional !== undefined) found.additionalProperties = additional
  return found
}

/** TypeBox writes records as `patternProperties`, which OpenAPI 3.0 does not know. */
function additionalOf({ additionalProperties, patternProperties }: Any): OpenApiSchema | boolean | undefined {
  const patterns = isSchema(patternProperties) ? Object.values(patternProperties) : []
  if (patterns.length === 1) return translate(patterns[0] as Any)
  if (patterns.length > 1) return true
  return isSchema(additionalProperties)
    ? translate(additionalProperties)
    : (additionalProperties as boolean | undefined)
}

const common = [
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]

/** `null` among the options becomes `nullable`, literals become one `enum`. */
function union(schema: Any, options: Any[]): OpenApiSchema {
  const outer = Object.fromEntries(common.filter((key) => key in schema).map((key) => [key, schema[key]]))
  const solid = options.filter((option) => option.type !== 'null')
  const nullable = solid.length < options.length ? { nullable: true } : {}
  if (solid.length > 0 && solid.every((option) => 'const' in option)) {
    return {
      ...literals(
        outer,
        solid.map((option) => option.const),
      ),
      ...nullable,
      ...nullableEnum(nullable, solid),
    }
  }
  if (solid.length === 1) return { ...translate(solid[0]!), ...basics(outer), ...nullable }
  return { ...basics(outer), anyOf: solid.map(translate), ...nullable }
}

/** A closed list of values has to list null as well. */
const nullableEnum = (nullable: object, solid: Any[]) =>
  'nullable' in nullable ? { enum: [...solid.map((option) => option.const), null] } : {}

function literals(schema: Any, values: unknown[]): OpenApiSchema {
  const types = new Set(values.map((value) => typeof value))
  const [type] = types
  return { ...basics(schema, ['type', 'enum']), ...(types.size === 1 && { type }), enum: values }
}

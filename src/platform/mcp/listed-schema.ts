/** JSON Schema as it stands in a list of tools. */
export type Listed = Record<string, unknown>

/** `full` says everything; `brief` leaves out what the server checks anyway, for every word of a list costs its reader. */
export type Form = 'brief' | 'full'

/** Bounds of a text or list, which a refused call tells; closedness, which a refused call tells too. */
const refusedAnyway = new Set([
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'pattern',
  'additionalProperties',
])

/**
 * An input as an agent needs it to call: names, types, choices, numbers' bounds, defaults and what they mean. Times are
 * told in words alone: the server takes more (a date) than clients that check `date-time` would let through.
 */
export const listedInput = (schema: Listed, form: Form): Listed =>
  reduced(
    schema,
    (keyword, value) =>
      (keyword === 'format' && value === 'date-time') || (form === 'brief' && refusedAnyway.has(keyword)),
  )

/**
 * An output so that every answer of the operation fits it. Full, it says the same as the operation's own schema; brief, it
 * tells the members at the top and of what type each is.
 */
export const listedOutput = (schema: Listed, form: Form): Listed =>
  form === 'brief' ? loosened(schema, 1) : reduced(schema, () => false)

function reduced(schema: Listed, drop: (keyword: string, value: unknown) => boolean): Listed {
  const members = Object.entries(flattenChoices(schema)).flatMap(([keyword, value]): [string, unknown][] => {
    if (drop(keyword, value) || (keyword === 'patternProperties' && allowsAll(value))) return []
    return [[keyword, listedMember(keyword, value, (inner) => reduced(inner, drop))]]
  })
  return Object.fromEntries(members)
}

/** `depth` levels of members are told; below, only the type. Bounds, formats and words are left out. */
function loosened(schema: Listed, depth: number): Listed {
  const { anyOf, type, properties, items, const: literal, enum: choices } = flattenChoices(schema)
  if (literal !== undefined) return { const: literal }
  if (choices !== undefined) return { enum: choices }
  const typed = typeof type === 'string' ? { type } : {}
  if (Array.isArray(anyOf)) return { ...typed, ...union(anyOf.map((branch) => loosened(branch, depth))) }
  if (depth === 0) return typed
  if (isSchema(properties))
    return { ...typed, properties: eachOf(properties, (member) => loosened(member, depth - 1)) }
  return isSchema(items) ? { ...typed, items: loosened(items, depth - 1) } : typed
}

/** Branches that are types alone are one list of types; anything more is kept as it is. */
function union(branches: Listed[]): Listed {
  const plain = branches.every((branch) => Object.keys(branch).join() === 'type')
  return plain ? { type: [...new Set(branches.map(({ type }) => type))] } : { anyOf: branches }
}

/** A choice between literals of one type as `enum`, which more clients understand. */
function flattenChoices(schema: Listed): Listed {
  const { anyOf, ...rest } = schema as { anyOf?: Listed[] }
  if (!anyOf?.every((branch) => 'const' in branch && branch.type === anyOf[0]!.type)) return schema
  return {
    ...rest,
    ...(anyOf[0]!.type !== undefined && { type: anyOf[0]!.type }),
    enum: anyOf.map((one) => one.const),
  }
}

/** Schemas are looked for where they may be; all other members are data. */
function listedMember(keyword: string, value: unknown, each: (schema: Listed) => Listed): unknown {
  if (keyword === 'properties' || keyword === 'patternProperties') return eachOf(value as Listed, each)
  if (Array.isArray(value) && branching.has(keyword)) return value.map(each)
  return keyword === 'items' && isSchema(value) ? each(value) : value
}

const branching = new Set(['anyOf', 'oneOf', 'allOf'])

const isSchema = (value: unknown): value is Listed =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const eachOf = (schemas: Listed, each: (schema: Listed) => Listed): Listed =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, each(schema as Listed)]))

/** What TypeBox makes of a record of anything. */
const allowsAll = (value: unknown): boolean => JSON.stringify(value) === '{"^(.*)$":{}}'

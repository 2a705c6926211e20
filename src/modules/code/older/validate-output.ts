import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { checkSchema } from './check-schema'

const closed = { additionalProperties: false }

export const validateOutput = defineOperation({
  name: 'validate_output',
  title: 'Check a text against a schema',
  description:
    'Whether a text is what a schema wants: string (pattern, minLength, maxLength), number (minimum, maximum), boolean, array (items), object (properties, required). The text is read as JSON unless the schema is of a string. For programs made for the older POST /validate-output.',
  input: Type.Object(
    {
      schema: Type.Record(Type.String(), Type.Unknown(), { description: 'A part of JSON Schema' }),
      output: Type.String({ minLength: 1, maxLength: 500_000 }),
    },
    closed,
  ),
  output: Type.Object(
    {
      valid: Type.Boolean(),
      errors: Type.Optional(
        Type.Array(Type.Object({ path: Type.String(), message: Type.String() }, closed), {
          description: 'At most a hundred; path is a JSON pointer',
        }),
      ),
    },
    closed,
  ),
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  listed: 'module',
  rest: { method: 'POST', path: '/validate-output' },
  examples: [
    {
      title: 'An object with a name',
      input: { schema: { type: 'object', required: ['name'] }, output: '{"name":"x"}' },
    },
  ],
  async run({ schema, output }) {
    const value = readValue(schema.type, output)
    if (value === undefined) return { valid: false, errors: [{ path: '', message: 'must be JSON' }] }
    const errors = checkSchema(schema, value)
    return errors.length === 0 ? { valid: true } : { valid: false, errors }
  },
})

/** Undefined for what should be JSON and is none. */
function readValue(type: unknown, output: string): unknown {
  if (!['object', 'array', 'number', 'boolean'].includes(type as string)) return output
  try {
    return JSON.parse(output)
  } catch {
    return undefined
  }
}

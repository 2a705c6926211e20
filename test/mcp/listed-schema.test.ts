import { afterAll, beforeAll, expect, test } from 'bun:test'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import { type TSchema, Type } from '@sinclair/typebox'
import fc from 'fast-check'
import { fits } from '../../src/core/validate'
import { listedInput, listedOutput } from '../../src/platform/mcp/listed-schema'
import { startApp, type TestApp } from '../kit/app'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app?.close())

const validator = new AjvJsonSchemaValidator()
const checkOf = (schema: unknown) => {
  const check = validator.getValidator(schema as never)
  return (value: unknown) => check(value).valid
}
const plain = (schema: TSchema) => JSON.parse(JSON.stringify(schema))

const objectOf = (schema: TSchema) => {
  const members = Object.entries((schema.properties ?? {}) as Record<string, TSchema>)
  if (members.length === 0) return fc.dictionary(fc.constantFrom('a', 'b'), fc.jsonValue({ maxDepth: 1 }))
  const requiredKeys = schema.required ?? []
  return fc.record(Object.fromEntries(members.map(([name, one]) => [name, arbitraryOf(one)])), {
    requiredKeys,
  })
}

/** Values that mostly fit; those that do not are left out by whoever draws them. */
function arbitraryOf(schema: TSchema): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(arbitraryOf))
  if (schema.format === 'date-time') return fc.constant('2026-11-21T09:30:00.000Z')
  if (schema.format === 'uuid') return fc.uuid()
  if (schema.type === 'object') return objectOf(schema)
  if (schema.type === 'array') return fc.array(arbitraryOf(schema.items ?? Type.Unknown()), { maxLength: 3 })
  if (schema.type === 'string') return fc.string({ minLength: schema.minLength ?? 0, maxLength: 20 })
  const [min, max] = [schema.minimum ?? -5, schema.maximum ?? 1000]
  if (schema.type === 'integer') return fc.integer({ min, max })
  if (schema.type === 'number') return fc.double({ min, max, noNaN: true })
  if (schema.type === 'boolean') return fc.boolean()
  return schema.type === 'null' ? fc.constant(null) : fc.jsonValue({ maxDepth: 1 })
}

test('whatever an operation may answer fits what the lists say of it', () => {
  let drawn = 0
  for (const { operation } of app.dispatcher.operations) {
    const output = operation.output as TSchema
    const forms = (['brief', 'full'] as const).map((form) => checkOf(listedOutput(plain(output), form)))
    for (const answer of fc.sample(arbitraryOf(output), { numRuns: 100, seed: 7 })) {
      if (!fits(output, answer)) continue
      drawn++
      expect([operation.name, ...forms.map((check) => check(answer))]).toEqual([operation.name, true, true])
    }
  }
  expect(drawn).toBeGreaterThan(app.dispatcher.operations.length * 50)
})

test('whatever an operation takes, the lists allow', () => {
  for (const { operation } of app.dispatcher.operations) {
    const { input, examples = [] } = operation
    const forms = (['brief', 'full'] as const).map((form) => checkOf(listedInput(plain(input), form)))
    const drawn = fc.sample(objectOf(input), { numRuns: 50, seed: 7 }).filter((value) => fits(input, value))
    for (const value of [...drawn, ...examples.map((example) => example.input)])
      expect([operation.name, ...forms.map((check) => check(value))]).toEqual([operation.name, true, true])
  }
})

test('what an output may not be is refused in full, and its types are in brief', () => {
  const schema = plain(Type.Object({ at: Type.String({ maxLength: 3 }), many: Type.Array(Type.Integer()) }))
  expect(checkOf(listedOutput(schema, 'full'))({ at: 'long text', many: [] })).toBeFalse()
  expect(checkOf(listedOutput(schema, 'brief'))({ at: 'long text', many: [] })).toBeTrue()
  expect(checkOf(listedOutput(schema, 'brief'))({ at: 1, many: [] })).toBeFalse()
  expect(checkOf(listedOutput(schema, 'brief'))({ at: '', many: {} })).toBeFalse()
})

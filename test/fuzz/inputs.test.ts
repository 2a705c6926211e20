import { expect, test } from 'bun:test'
import type { TObject, TSchema } from '@sinclair/typebox'
import fc from 'fast-check'
import { callerOf, restRequest } from '../kit/caller'
import { eachDatabase } from '../kit/databases'
import { sample } from '../kit/samples'

const runs = 60

/** Text that breaks naive code: NUL, lone surrogates, quotes, operators, paths, right-to-left marks, long runs. */
const hostileText = fc.constantFrom(
  '\u0000',
  '\ud800',
  'a\udc00b',
  "'; drop table journal_entries; --",
  '" OR 1=1',
  'NEAR(a b)',
  '*',
  '"',
  '-',
  '()',
  'a:b',
  '../../etc/passwd',
  '%00',
  '{"$gt":""}',
  '\u202e\u200b',
  '🧨'.repeat(50),
  'x'.repeat(20_000),
  '__proto__',
  'constructor',
)

const anything = fc.oneof(
  hostileText,
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.double(),
  fc.integer(),
  fc.constantFrom(null, true, -1, 0, 1e308, -1e308, 2 ** 53, [], {}, [[[]]], { __proto__: null }),
  fc.jsonValue({ maxDepth: 3 }),
)

/** A value for one field: fitting, random within its type, or anything at all. */
const field = (schema: TSchema, name: string) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(sample(schema, name)) },
    {
      weight: 2,
      arbitrary:
        schema.type === 'string' ? fc.oneof(hostileText, fc.string({ unit: 'grapheme' })) : fc.integer(),
    },
    { weight: 1, arbitrary: anything },
  )

const inputOf = (schema: TObject) =>
  fc
    .record(
      Object.fromEntries(
        Object.entries(schema.properties).map(([name, property]) => [name, field(property, name)]),
      ),
      {
        requiredKeys: [],
      },
    )
    .chain((input) => fc.tuple(fc.constant(input), fc.option(fc.tuple(fc.string(), anything), { freq: 6 })))
    .map(([input, extra]) => (extra ? { ...input, [extra[0]]: extra[1] } : input))

eachDatabase('fuzz', (app) => {
  test('no input of any operation makes a 500 over REST', async () => {
    for (const { operation } of app().dispatcher.operations) {
      const key = await app().addKey(`fuzz-${operation.name}`)
      const property = fc.asyncProperty(inputOf(operation.input), async (input) => {
        const response = await app().rest(...restRequest(app(), operation.name, input), key)
        await response.text()
        if (!expected(response.status)) throw new Error(`${operation.name} answered ${response.status}`)
      })
      await fc.assert(property, { numRuns: runs })
    }
  }, 300_000)

  test('no arguments of any tool make an internal error over MCP', async () => {
    for (const { operation } of app().dispatcher.operations) {
      const key = await app().addKey(`fuzz-mcp-${operation.name}`)
      const call = callerOf(app(), 'mcp')
      const property = fc.asyncProperty(fc.oneof(inputOf(operation.input), anything), async (input) => {
        const outcome = await call(operation.name, input as Record<string, unknown>, key)
        const code = 'code' in outcome ? outcome.code : 'ok'
        expect([operation.name, code]).toEqual([
          operation.name,
          expect.not.stringMatching(/^(internal|-32603)$/),
        ])
      })
      await fc.assert(property, { numRuns: runs })
    }
  }, 300_000)
})

/** Success, or a refusal that says what to change. 503 only where an outside system was asked for. */
const expected = (status: number) =>
  (status >= 200 && status < 300) || (status >= 400 && status < 500) || status === 503

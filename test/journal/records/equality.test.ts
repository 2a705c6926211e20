import { afterAll, beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import { records } from '../../../src/modules/journal/records/records'
import { openPostgresStorage, openSqliteStorage, type TestStorage } from '../../kit/storage'
import { type Journal, openJournal } from '../harness'

const open: TestStorage[] = []
let journals: Journal[]

beforeAll(async () => {
  open.push(await openSqliteStorage(), await openPostgresStorage())
  journals = open.map(({ storage }) => openJournal(storage, records))
})
afterAll(() => Promise.all(open.map((one) => one.close())))

/** What the documentation says: the member is there and the same JSON. */
const matches = (data: object, where: object) =>
  Object.entries(where).every(
    ([name, value]) => Object.hasOwn(data, name) && equal((data as never)[name], value),
  )

function equal(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [Object.entries(a), Object.entries(b)]
  return (
    left.length === right.length &&
    left.every(([key, item]) => Object.hasOwn(b, key) && equal(item, (b as never)[key]))
  )
}

/** For each condition the numbers of the records that match, in each database, and by the words of the documentation. */
async function compare(owner: string, datas: object[], wheres: object[]): Promise<void> {
  for (const journal of journals) {
    for (const [number, data] of datas.entries()) {
      const input = { record_type: 'row', data, metadata: { number } }
      await journal.call('store_record', input, { owner })
    }
    for (const where of wheres) {
      const expected = datas.flatMap((data, number) => (matches(data, where) ? [number] : []))
      const page = await journal.call('query_records', { where, limit: 100 }, { owner })
      const numbers = page.records.map((record: { metadata: { number: number } }) => record.metadata.number)
      expect({ where, numbers: numbers.sort((a: number, b: number) => a - b) }).toEqual({
        where,
        numbers: expected,
      })
    }
  }
}

test('values of every kind are compared alike', async () => {
  const values = [
    1,
    0,
    -0,
    1.5,
    1e21,
    1e-7,
    0.1,
    9007199254740992,
    123456789.12345679,
    1.7976931348623157e308,
    5e-324,
    '1',
    '0.1',
    'BTC',
    'btc',
    '',
    ' ',
    'a"b',
    'a\\b',
    "a'b",
    'é',
    'e\u0301',
    '😀',
    '\u2028',
    '\t\n',
    'null',
    'true',
    '$.x',
    '{}',
    true,
    false,
    null,
    [],
    [1],
    ['1'],
    [1, 2],
    [2, 1],
    [null],
    [[1]],
    {},
    { a: 1 },
    { a: 1, b: 2 },
    { b: 2, a: 1 },
    { a: { b: [1, 'x'] } },
  ]
  const wheres = values.map((value) => ({ x: value }))
  await compare('kinds', [...wheres, {}, { y: 1 }], [...wheres, { x: 1.0 }, { x: 2 }, { z: null }, {}])
})

test('names of every kind are names, never paths or code', async () => {
  const names = [
    'a',
    'A',
    'a.b',
    '$',
    '$.a',
    '[0]',
    'a[0]',
    '#',
    '*',
    'a b',
    '"',
    '\\',
    '\\"',
    "'",
    "'; drop table storage_records; --",
    '',
    '0',
    '1',
    'é',
    'e\u0301',
    '😀',
    '\t',
    '\u2028',
    '\\u0041',
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(300),
    '%',
    '_',
    '::text',
    '->',
  ]
  const one = (name: string, value: unknown) =>
    JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`)
  const datas = [...names.map((name) => one(name, 1)), { a: { b: 1 } }, { a: [1] }]
  await compare(
    'names',
    datas,
    names.map((name) => one(name, 1)),
  )
})

test('several conditions must all hold', async () => {
  const datas = [{ a: 1, b: 'x' }, { a: 1, b: 'y' }, { a: 2, b: 'x' }, { a: 1 }]
  await compare('several', datas, [{ a: 1, b: 'x' }, { b: 'x', a: 1 }, { a: 1 }, { a: 1, c: null }])
})

test('any values under any names, in both databases alike', async () => {
  let round = 0
  const name = fc.oneof(fc.constantFrom('a', 'b', 'a.b', '"'), fc.string({ unit: 'grapheme', maxLength: 4 }))
  const value = fc.oneof(
    fc.constantFrom(1, '1', true, null, '', [], {}),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'grapheme', maxLength: 4 }),
    fc.array(fc.constantFrom(1, 'a', null), { maxLength: 2 }),
  )
  const storable = (item: unknown) => !/\\u0000|\\ud[89a-f]/.test(JSON.stringify(item))
  const object = fc.dictionary(name, value, { maxKeys: 3 }).filter(storable)
  await fc.assert(
    fc.asyncProperty(fc.array(object, { minLength: 1, maxLength: 6 }), async (datas) => {
      const wheres = datas.flatMap((data) =>
        Object.entries(data).map(([key, item]) => JSON.parse(JSON.stringify({ [key]: item }))),
      )
      await compare(`round-${++round}`, datas, wheres)
    }),
    { numRuns: 25 },
  )
}, 30_000)

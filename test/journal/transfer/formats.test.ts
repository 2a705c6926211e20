import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { AppError } from '../../../src/core/errors'
import { type FormatName, formatNames, formats } from '../../../src/modules/journal/transfer/format'
import type { Transferred } from '../../../src/modules/journal/transfer/transferred'

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  fc.constantFrom(
    '=1+1',
    '-2',
    '+3',
    '@x',
    "'quoted",
    "''=x",
    '"a","b"',
    'a\r\nb\nc',
    '<!-- entry {} -->',
    '\\<!-- entry x',
    '## heading',
    'a;b',
    '[1]',
    '-->',
  ),
)
const trimmed = text.map((found) => found.trim()).filter((found) => found !== '')
const time = fc
  .date({ min: new Date(0), max: new Date('2199-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())

const entry: fc.Arbitrary<Transferred> = fc.record({
  id: fc.uuid(),
  occurred_at: time,
  entry_type: fc.constantFrom('general', 'trade_plan'),
  entry: fc.array(trimmed, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n')),
  tags: fc.array(trimmed, { maxLength: 4 }),
  symbols: fc.constant(['BTC']),
  metadata: fc.dictionary(
    fc.string().filter((key) => key !== '__proto__'),
    fc.jsonValue({ maxDepth: 2 }),
    { maxKeys: 3 },
  ),
  created_at: time,
  updated_at: time,
  client_id: fc.option(trimmed, { nil: null }),
}) as fc.Arbitrary<Transferred>

/** What a file must give back of an entry; symbols are found anew. */
const essence = ({ symbols, client_id, tags, metadata, ...rest }: Transferred) => ({
  ...rest,
  ...(client_id === null ? {} : { client_id }),
  ...(tags.length > 0 ? { tags } : {}),
  metadata: JSON.parse(JSON.stringify(metadata)),
})

test.each([...formatNames])('%s gives back what it was given', (name: FormatName) => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 4 }), (entries) => {
      const read = formats[name].read(formats[name].write(entries))
      expect(read.map(({ fault }) => fault)).toEqual(entries.map(() => undefined))
      const found = read.map(({ fields }) => {
        const { symbols: _, client_id, tags, ...rest } = fields as unknown as Transferred
        return essence({
          ...rest,
          symbols: [],
          client_id: client_id ?? null,
          tags: tags ?? [],
          entry: rest.entry.trim(),
        })
      })
      expect(found).toEqual(entries.map((each) => essence({ ...each, entry: each.entry.trim() })))
    }),
    { numRuns: 200 },
  )
})

test('no cell of a CSV is a formula to a spreadsheet', () => {
  const sample: Transferred = {
    id: 'a',
    occurred_at: '2026-01-01T00:00:00.000Z',
    entry_type: 'general',
    entry: '=HYPERLINK("http://evil.example","x")',
    tags: ['@sum', '+1'],
    symbols: [],
    metadata: {},
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    client_id: '-1',
  }
  const [head, row] = formats.csv.write([sample]).split('\r\n')
  expect(head).toBe('id,occurred_at,entry_type,entry,tags,symbols,metadata,created_at,updated_at,client_id')
  expect(row).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")"`)
  expect(row).toContain(`'@sum; +1`)
  expect(row).toEndWith(",'-1")
})

test('other people’s files are read as far as they make sense', () => {
  expect(formats.csv.read('\uFEFFEntry,Mood,tags\n"a, b",calm,x;y\n')).toEqual([
    { fields: { entry: 'a, b', tags: ['x', 'y'] } },
  ])
  expect(formats.json.read('[{"entry":"a","user_id":"x"}]')).toEqual([
    { fields: { entry: 'a', user_id: 'x' } },
  ])
  expect(formats.json.read('{"entries":[1]}')[0]!.fault).toContain('object')
  expect(formats.csv.read('entry,metadata\na,{broken')[0]!.fault).toContain('JSON')
  expect(formats.csv.read('entry,tags\nBought, calm, planned\na,b,,')).toEqual([
    { fields: { entry: 'Bought', tags: ' calm' }, fault: expect.stringContaining('more cells') },
    { fields: { entry: 'a', tags: ['b'] } },
  ])
})

test.each<[FormatName, string]>([
  ['json', '{"a":1}'],
  ['json', 'nonsense'],
  ['csv', 'a,b\n1,2'],
  ['csv', 'entry,Entry\na,b'],
  ['csv', 'entry\n"open'],
  ['csv', ''],
  ['markdown', 'some notes of mine'],
])('what is not %s is refused: %p', (name, content) => {
  expect(() => formats[name].read(content)).toThrow(AppError)
})

test.each([...formatNames])(
  '%s keeps what JSON leaves as it is: separators of lines and paragraphs',
  (name) => {
    const entry: Transferred = {
      id: '019a9c1e-7c1b-7d6a-9a3e-0f2b6c1d4e5f',
      occurred_at: '2026-11-21T00:00:00.000Z',
      entry_type: 'general',
      entry: 'one\u2028two',
      tags: ['a\u2028b'],
      symbols: [],
      metadata: { note: 'c\u2029d' },
      created_at: '2026-11-21T00:00:00.000Z',
      updated_at: '2026-11-21T00:00:00.000Z',
      client_id: null,
    }
    const read = formats[name].read(formats[name].write([entry, { ...entry, tags: [], metadata: {} }]))
    expect(read).toHaveLength(2)
    expect(read[0]!.fields).toMatchObject({ tags: entry.tags, metadata: entry.metadata })
    expect(String(read[0]!.fields.entry).trim()).toBe(entry.entry)
  },
)

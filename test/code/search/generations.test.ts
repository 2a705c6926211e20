import { expect, test } from 'bun:test'
import type { TString } from '@sinclair/typebox'
import { encodePlace } from '../../../src/modules/code/search/cursor'
import type { Place } from '../../../src/modules/code/search/engine/shown-files'
import { generationsOf, movedSince } from '../../../src/modules/code/search/generations'
import { stages } from '../../../src/modules/code/search/rank/stages'
import { searchCode } from '../../../src/modules/code/search/search-code'

const places = (count: number, generation: (n: number) => number) =>
  new Map(
    Array.from({ length: count }, (_, n): [string, Place] => {
      const id = `0190a000-0000-7000-8000-${String(n).padStart(12, '0')}`
      return [id, { id, name: `acme/r${n}`, ref: '', branch: 'main', generation: generation(n) }]
    }),
  )

test('a cursor over however many repositories is one that search_code takes', () => {
  const { maxLength } = searchCode.input.properties.cursor as TString
  for (const count of [1, 60, 61, 5000]) {
    const place = {
      stage: stages.other,
      low: 2 ** 45,
      high: 2 ** 45 + 1,
      key: [0, 4, 2, -1000, 2 ** 36],
      files: 1e6,
      lines: 1e8,
      generations: generationsOf(places(count, () => 1_000_000)),
    }
    expect([count, encodePlace('needle', place).length < maxLength!]).toEqual([count, true])
  }
})

test.each([
  [3, 'acme/r1'],
  [300, 'One of the repositories'],
])('of %d repositories that which was indexed again is told: %s', (count, who) => {
  const began = generationsOf(places(count, () => 4))
  expect(
    movedSince(
      began,
      places(count, () => 4),
    ),
  ).toBeUndefined()
  expect(
    movedSince(
      began,
      places(count, (n) => (n === 1 ? 5 : 4)),
    ),
  ).toBe(who)
})

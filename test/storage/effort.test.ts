import { expect, test } from 'bun:test'
import { createEffort, TooLong } from '../../src/platform/storage/local/effort'

test('what a call expects to read ends it where that is too much, and is not counted beside what it reads', () => {
  const effort = createEffort(100)
  effort.begin()
  effort.spend(40)
  effort.expect(60)
  expect(() => effort.expect(61)).toThrow(TooLong)
  effort.spend(60)
  expect(() => effort.spend(1)).toThrow(TooLong)
  effort.begin()
  effort.expect(100)
})

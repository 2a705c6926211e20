import { expect, test } from 'bun:test'
import { haproxyBinary, nginxBinary } from './kit/fronts'
import { type Rehearsal, rehearseRestart, rehearseRolling } from './kit/rolling'

function expectNothingLost({ requests, failures, ids, stored, found }: Rehearsal): void {
  expect(failures).toEqual([])
  expect(requests).toBeGreaterThan(100)
  expect(ids.length).toBeGreaterThan(10)
  expect(stored).toBe(ids.length)
  expect(found).toBe(ids.length)
}

test.skipIf(!nginxBinary)(
  'three versions, one after the other, with expand and contract between: no request fails, no row is lost or doubled',
  async () => {
    const rehearsal = await rehearseRolling(60)
    expectNothingLost(rehearsal)
    expect(rehearsal.steps).toHaveLength(6)
  },
  120_000,
)

test.skipIf(!haproxyBinary)(
  'one machine that is restarted behind a proxy that tries again: no request fails, no row is lost or doubled',
  async () => expectNothingLost(await rehearseRestart(2, 60)),
  120_000,
)

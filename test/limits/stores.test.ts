import { expect, test } from 'bun:test'
import type { Span } from '../../src/platform/limits/store'
import { checkAgreement, start } from './kit/agreement'
import { spawnCaller } from './kit/processes'
import { eachStore, openStore } from './kit/targets'

const hour = (limit: number): Span[] => [{ name: 'hour', seconds: 3600, limit }]
const month = (limit: number): Span[] => [{ name: 'month', seconds: 2_592_000, limit }]

eachStore((make, kind) => {
  test('agrees with a plain list of calls, whatever the clock does', async () => {
    await using target = await make()
    const runs = { sqlite: 1000, redis: 400, postgres: 60 }[kind]
    await checkAgreement({ open: (now) => openStore(target.name, now), runs, thins: kind !== 'redis' })
  }, 60_000)

  test('a call exactly one window old has left, one a millisecond younger has not', async () => {
    await using target = await make()
    let now = start
    const store = await openStore(target.name, () => now)
    const ask = { owner: 'edge', cost: 1, spans: hour(1) }
    expect((await store.take(ask)).admitted).toBe(true)
    now = start + 3_599_999
    const refused = await store.take(ask)
    expect(refused.admitted).toBe(false)
    expect(refused.freeAt).toBe(start + 3_600_000)
    now = start + 3_600_000
    expect((await store.take(ask)).admitted).toBe(true)
    await store.close()
  })

  test('of 100 calls at once with 50 left exactly 50 are admitted, by the clock of the store', async () => {
    await using target = await make()
    const store = await openStore(target.name)
    const ask = { owner: 'parallel', cost: 1, spans: hour(100) }
    for (let call = 0; call < 50; call++) await store.take(ask)
    const taken = await Promise.all(Array.from({ length: 100 }, () => store.take(ask)))
    expect(taken.filter(({ admitted }) => admitted).length).toBe(50)
    expect((await store.take({ ...ask, cost: 0 })).used).toEqual([100])
    await store.close()
  })

  test('four processes that race are admitted exactly the limit together', async () => {
    await using target = await make()
    const callers = Array.from({ length: 4 }, () => spawnCaller(target.name, 'raced', 150, 100))
    await Promise.all(callers.map(({ ready }) => ready))
    for (const caller of callers) caller.go()
    expect(await Promise.all(callers.map(({ ended }) => ended))).toEqual([0, 0, 0, 0])
    expect(callers.reduce((sum, caller) => sum + caller.admitted(), 0)).toBe(150)
  }, 60_000)

  test('what a process was granted before kill -9 is still counted', async () => {
    await using target = await make()
    const caller = spawnCaller(target.name, 'killed', 1_000_000, 0)
    await caller.ready
    caller.go()
    while (caller.admitted() < 200) await Bun.sleep(5)
    await caller.kill()
    const store = await openStore(target.name)
    const { used } = await store.take({ owner: 'killed', cost: 0, spans: month(1_000_000) })
    expect(used[0]).toBeGreaterThanOrEqual(caller.admitted())
    // At most the calls that were under way when it died are counted beyond that.
    expect(used[0]).toBeLessThanOrEqual(caller.admitted() + 5)
    await store.close()
  }, 60_000)

  test('a refused call and a look store nothing', async () => {
    await using target = await make()
    let now = start
    const store = await openStore(target.name, () => now)
    await store.take({ owner: 'one', cost: 2, spans: hour(2) })
    for (let call = 0; call < 5; call++) await store.take({ owner: 'one', cost: 1, spans: hour(2) })
    await store.take({ owner: 'nobody', cost: 0, spans: hour(2) })
    now += 3_600_000
    expect((await store.take({ owner: 'one', cost: 0, spans: month(9) })).used).toEqual([2])
    expect((await store.take({ owner: 'nobody', cost: 0, spans: month(9) })).used).toEqual([0])
    await store.close()
  })
})

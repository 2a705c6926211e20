import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { AppError } from '../../src/core/errors'
import { quotaHeaders } from '../../src/platform/limits/headers'
import type { Limits } from '../../src/platform/limits/limits'
import { openLimits } from '../../src/platform/limits/open'
import { openSqliteStorage, type TestStorage } from '../kit/storage'
import { start } from './kit/agreement'
import { temporaryFolder } from './kit/folder'
import { createTestMeter, principalOf, quiet } from './kit/parts'

let folder: ReturnType<typeof temporaryFolder>
let opened: TestStorage
let limits: Limits
let meter: ReturnType<typeof createTestMeter>
let now: number

const open = () =>
  openLimits({
    config: { DATA_DIR: folder.path, REDIS_URL: undefined },
    storage: opened.storage,
    meter,
    log: quiet,
    now: () => now,
  })

beforeEach(async () => {
  folder = temporaryFolder()
  opened = await openSqliteStorage()
  meter = createTestMeter()
  now = start
  limits = await open()
})

afterEach(async () => {
  await limits.close()
  await opened.close()
  folder[Symbol.dispose]()
})

async function refusedBy(work: Promise<unknown>): Promise<AppError> {
  try {
    await work
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('the call was admitted')
}

/** Takes `count` calls, in steps of the clock that keep the burst window empty. */
async function spend(owner: string, count: number, tier: 'free' | 'solo' = 'free'): Promise<void> {
  for (let call = 0; call < count; call++) {
    if (call % 20 === 0) now += 10_000
    await limits.take(principalOf(owner, { tier }), 1)
  }
}

describe('tiers', () => {
  test('each admits what its table says, window by window', async () => {
    const quota = await limits.take(principalOf('a'), 1)
    expect(quota).toMatchObject({ window: 'burst', limit: 20, remaining: 19, resetsIn: 10 })
    expect(quota!.span.seconds).toBe(10)
    expect(quota!.policy).toBe(
      '"burst";q=20;w=10, "hour";q=100;w=3600, "day";q=1000;w=86400, "month";q=10000;w=2592000',
    )
    for (let call = 1; call < 20; call++) await limits.take(principalOf('a'), 1)
    expect((await refusedBy(limits.take(principalOf('a'), 1))).kind).toBe('rate_limited')
    const premium = await limits.take(principalOf('b', { tier: 'premium' }), 100)
    expect(premium).toMatchObject({ window: 'burst', limit: 100, remaining: 0 })
  })

  test('enterprise is unlimited, unless the credential names windows of its own', async () => {
    expect(await limits.take(principalOf('big', { tier: 'enterprise' }), 1)).toBeNull()
    expect((await limits.usage(principalOf('big', { tier: 'enterprise' }))).limits).toEqual({
      burst: -1,
      hour: -1,
      day: -1,
      month: -1,
    })
    const own = principalOf('own', { tier: 'enterprise', limits: { hour: 3 } })
    expect(await limits.take(own, 2)).toMatchObject({ window: 'hour', limit: 3, remaining: 1 })
    expect((await refusedBy(limits.take(own, 2))).message).toStartWith(
      'Rate limit exceeded for tier ENTERPRISE',
    )
  })

  test('a limit of its own replaces its window of the tier only; -1 lifts it', async () => {
    const own = principalOf('own', { tier: 'free', limits: { burst: -1, hour: 30 } })
    await limits.take(own, 25)
    expect((await limits.usage(own)).limits).toEqual({
      burst: -1,
      hour: 30,
      day: 1000,
      month: 10_000,
    })
  })

  test('anonymous callers and calls without cost are not counted', async () => {
    expect(await limits.take(principalOf('x', { kind: 'anonymous' }), 1)).toBeNull()
    expect(await limits.take(principalOf('x'), 0)).toBeNull()
    expect((await limits.usage(principalOf('x'))).current_usage).toEqual({
      burst: 0,
      hour: 0,
      day: 0,
      month: 0,
    })
  })

  test('all credentials of one owner share its quota; owners do not', async () => {
    await limits.take(principalOf('shared', { credential: 'key-1' }), 5)
    await limits.take(principalOf('shared', { credential: 'key-2', kind: 'jwt' }), 5)
    expect((await limits.usage(principalOf('shared'))).current_usage.hour).toBe(10)
    expect((await limits.usage(principalOf('other'))).current_usage.hour).toBe(0)
  })
})

describe('a refusal', () => {
  test('says when the longest exceeded window has room, and then it has', async () => {
    await spend('a', 80)
    now += 10_000
    await limits.take(principalOf('a'), 20)
    const error = await refusedBy(limits.take(principalOf('a'), 1))
    expect(error).toMatchObject({ kind: 'rate_limited', code: 'rate_limited', retryAfter: 3560 })
    expect(error.message).toStartWith('Rate limit exceeded for tier FREE: 100 calls in an hour are used up')
    expect(error.data).toMatchObject({
      tier: 'free',
      limits: { burst: 20, hour: 100, day: 1000, month: 10_000 },
      usage: { burst: 20, hour: 100, day: 100, month: 100 },
    })
    expect((error.data.reset_times as { burst: string }).burst).toBe(new Date(now + 10_000).toISOString())
    now += error.retryAfter! * 1000 - 1000
    expect((await refusedBy(limits.take(principalOf('a'), 1))).retryAfter).toBe(1)
    now += 1000
    expect(await limits.take(principalOf('a'), 1)).toMatchObject({ window: 'hour' })
  })

  test('of a costly call waits until enough has left for all of it', async () => {
    for (let call = 0; call < 4; call++) {
      await limits.take(principalOf('a'), 5)
      now += 2000
    }
    const error = await refusedBy(limits.take(principalOf('a'), 12))
    expect(error.retryAfter).toBe(6)
    now += 6000
    await limits.take(principalOf('a'), 12)
  })

  test('carries the headers of every counted answer', async () => {
    await limits.take(principalOf('a'), 20)
    const { headers } = await refusedBy(limits.take(principalOf('a'), 1))
    const reset = Math.ceil((start + 10_000) / 1000)
    expect(headers).toEqual({
      'X-RateLimit-Limit': '20',
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': String(reset),
      'RateLimit-Policy':
        '"burst";q=20;w=10, "hour";q=100;w=3600, "day";q=1000;w=86400, "month";q=10000;w=2592000',
      RateLimit: '"burst";r=0;t=10',
    })
  })

  test('that no waiting can lift says so', async () => {
    const error = await refusedBy(limits.take(principalOf('a'), 21))
    expect(error).toMatchObject({
      kind: 'upgrade_required',
      code: 'cost_exceeds_limit',
      retryAfter: undefined,
    })
    expect(error.message).toContain('costs 21, but tier FREE allows 20 in 10 seconds')
    expect((await limits.usage(principalOf('a'))).current_usage.month).toBe(0)
  })
})

test('the window with the least left is described', async () => {
  await spend('a', 90)
  now += 10_000
  const quota = (await limits.take(principalOf('a'), 1))!
  expect(quota).toMatchObject({ window: 'hour', limit: 100, remaining: 9 })
  expect(quotaHeaders(quota)).toMatchObject({
    'X-RateLimit-Remaining': '9',
    'X-RateLimit-Reset': String(Math.ceil((start + 10_000 + 3_600_000) / 1000)),
    RateLimit: '"hour";r=9;t=3550',
  })
})

test('usage tells every limited window', async () => {
  await limits.take(principalOf('a'), 5)
  now += 1000
  await limits.take(principalOf('a'), 5)
  const after = (seconds: number) => new Date(start + seconds * 1000).toISOString()
  expect(await limits.usage(principalOf('a'))).toEqual({
    tier: 'free',
    current_usage: { burst: 10, hour: 10, day: 10, month: 10 },
    limits: { burst: 20, hour: 100, day: 1000, month: 10_000 },
    reset_times: { burst: after(10), hour: after(3600), day: after(86_400), month: after(2_592_000) },
    utilization_percentage: { burst: 50, hour: 10, day: 1, month: 0.1 },
  })
})

test('a restart forgets nothing', async () => {
  await limits.take(principalOf('a'), 20)
  await limits.close()
  limits = await open()
  expect((await refusedBy(limits.take(principalOf('a'), 1))).retryAfter).toBe(10)
})

test('a clock that is set back grants nothing and takes nothing', async () => {
  await limits.take(principalOf('a'), 20)
  now -= 3_600_000
  const error = await refusedBy(limits.take(principalOf('a'), 1))
  expect(error.retryAfter).toBe(3610)
  expect((await limits.usage(principalOf('a'))).current_usage.burst).toBe(20)
  now += 3_610_000
  await limits.take(principalOf('a'), 20)
})

test('series count refusals by tier and the fewest calls left', async () => {
  await limits.take(principalOf('a'), 20)
  await refusedBy(limits.take(principalOf('a'), 1))
  await refusedBy(limits.take(principalOf('a'), 1))
  expect(meter.values.get('rate_limit_hits_total free')).toBe(2)
  await limits.take(principalOf('b'), 1)
  meter.expose()
  expect(meter.values.get('rate_limit_available_tokens holdfast:free')).toBe(0)
  now += 1000
  await limits.take(principalOf('b'), 1)
  meter.expose()
  expect(meter.values.get('rate_limit_available_tokens holdfast:free')).toBe(18)
})

test('a store that fails refuses with `unavailable` instead of letting everything through', async () => {
  await limits.close()
  expect((await refusedBy(limits.take(principalOf('a'), 1))).kind).toBe('unavailable')
  expect((await limits.check()).status).toBe('unhealthy')
  limits = await open()
  expect(await limits.check()).toEqual({ status: 'healthy' })
})

import { expect, test } from 'bun:test'
import { openLimits } from '../../src/platform/limits/open'
import { openSqliteStorage } from '../kit/storage'
import { temporaryFolder } from './kit/folder'
import { createTestMeter, principalOf, quiet } from './kit/parts'
import { startRedis } from './kit/redis'

async function openWith(url: string) {
  const folder = temporaryFolder()
  const opened = await openSqliteStorage()
  const limits = await openLimits({
    config: { DATA_DIR: folder.path, REDIS_URL: url },
    storage: opened.storage,
    meter: createTestMeter(),
    log: quiet,
    now: Date.now,
  })
  return Object.assign(limits, {
    async [Symbol.asyncDispose]() {
      await limits.close()
      await opened.close()
      folder[Symbol.dispose]()
    },
  })
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await Bun.sleep(50)
}

const solo = principalOf('someone', { tier: 'solo' })
const degraded = {
  status: 'degraded',
  detail: 'Redis does not answer: quotas are counted in the database',
} as const

test('Redis that dies is replaced by the database, and counts again when it is back', async () => {
  await using server = await startRedis()
  await using limits = await openWith(server.url)
  await limits.take(solo, 3)
  expect(await server.client.send('EXISTS', ['holdfast:quota:someone'])).toBe(1)
  expect(await limits.check()).toEqual({ status: 'healthy' })
  await server.kill()
  const answers = await Promise.all(Array.from({ length: 20 }, () => limits.take(solo, 1)))
  expect(Math.min(...answers.map((quota) => quota!.remaining))).toBe(30)
  expect(await limits.check()).toEqual(degraded)
  await server.restart()
  await until(async () => (await limits.check()).status === 'healthy')
  expect((await limits.usage(solo)).current_usage.hour).toBe(0)
  await limits.take(solo, 1)
  expect((await limits.usage(solo)).current_usage.hour).toBe(1)
}, 30_000)

test('Redis that hangs is waited for a second at most', async () => {
  await using server = await startRedis()
  await using limits = await openWith(server.url)
  server.freeze(true)
  const answers = await Promise.all(Array.from({ length: 10 }, () => limits.take(solo, 1)))
  expect(answers.every((quota) => quota !== null)).toBe(true)
  expect(await limits.check()).toEqual(degraded)
  server.freeze(false)
  await until(async () => (await limits.check()).status === 'healthy')
}, 30_000)

test('Redis that is not there at the start is found later', async () => {
  await using server = await startRedis()
  await server.kill()
  await using limits = await openWith(server.url)
  expect(await limits.check()).toEqual(degraded)
  expect(await limits.take(solo, 1)).toMatchObject({ remaining: 49 })
  await server.restart()
  await until(async () => (await limits.check()).status === 'healthy')
}, 30_000)

test('Redis that may not write counts nothing', async () => {
  await using server = await startRedis()
  await using limits = await openWith(server.url)
  await server.client.send('CONFIG', ['SET', 'min-replicas-to-write', '1'])
  expect(await limits.take(solo, 1)).toMatchObject({ remaining: 49 })
  expect(await limits.check()).toEqual(degraded)
})

test('quiet owners expire after the month, and each new second trims what has left it', async () => {
  await using server = await startRedis()
  const { openRedisStore } = await import('../../src/platform/limits/redis-store')
  let now = Date.UTC(2026, 0, 1)
  const store = await openRedisStore(server.url, () => now)
  const ask = { owner: 'trimmed', cost: 1, spans: [{ name: 'hour' as const, seconds: 3600, limit: 100 }] }
  for (let call = 0; call < 50; call++) {
    await store.take(ask)
    now += 1000
  }
  const life = await server.client.send('PTTL', ['holdfast:quota:trimmed'])
  expect(life).toBeGreaterThan(2_592_000_000)
  expect(life).toBeLessThanOrEqual(2_592_060_000)
  now += 2_592_000_000
  await store.take(ask)
  // The newest of those that left stays: its total is where the month begins.
  expect(await server.client.send('ZCARD', ['holdfast:quota:trimmed'])).toBe(2)
  await store.close()
})

test('a process that had no turn for a while does not take Redis for dead', async () => {
  await using server = await startRedis()
  await using limits = await openWith(server.url)
  await limits.take(solo, 1)
  const taken = limits.take(solo, 1)
  const until = performance.now() + 1500
  while (performance.now() < until);
  await taken
  expect(await limits.check()).toEqual({ status: 'healthy' })
  expect((await limits.usage(solo)).current_usage.hour).toBe(2)
})

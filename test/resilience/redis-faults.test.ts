import { expect, test } from 'bun:test'
import { startApp } from '../kit/app'
import { startRedis } from '../limits/kit/redis'
import { startFaultProxy } from './kit/fault-proxy'
import { acknowledged, writeAlong } from './kit/load'

/** Redis answers within a second or counts as gone; the database counts then. */
const longestWait = 5000

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const give = Date.now() + 20_000; Date.now() < give; await Bun.sleep(20)) if (await condition()) return
  throw new Error('it did not come back by itself')
}

test('whatever happens to Redis, calls are counted and answered, and Redis is found again', async () => {
  await using redis = await startRedis()
  const proxy = await startFaultProxy(Number(new URL(redis.url).port))
  const app = await startApp({ env: { REDIS_URL: `redis://127.0.0.1:${proxy.port}` }, jobs: false })
  const key = await app.addKey('counted', 'team')
  const faults = [
    async () => proxy.cut(),
    () => proxy.weather('refusing'),
    () => proxy.weather('frozen'),
    async () => proxy.slow(3000),
    () => redis.kill(),
  ]
  try {
    for (const fault of faults) {
      const load = writeAlong({ ...app, rest: (method, path, body) => app.rest(method, path, body, key) }, 1)
      await until(() => acknowledged(load.attempts).length > 2)
      await fault()
      await Bun.sleep(1500)
      await until(() => acknowledged(load.attempts.slice(-2)).length === 2)
      if (fault === faults.at(-1)) await redis.restart()
      proxy.slow(0)
      await proxy.weather('fair')
      const attempts = await load.stop()
      expect(attempts.filter(({ status }) => status !== 201 && status !== 429)).toEqual([])
      expect(attempts.filter(({ milliseconds }) => milliseconds > longestWait)).toEqual([])
      await until(async () => (await app.limits.check()).status === 'healthy')
    }
    expect(proxy.connections()).toBeLessThanOrEqual(2)
  } finally {
    await app.close()
    await proxy.close()
  }
}, 120_000)

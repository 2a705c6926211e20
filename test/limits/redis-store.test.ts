import { expect, test } from 'bun:test'
import { openRedisStore } from '../../src/platform/limits/redis-store'
import { checkAgreement } from './kit/agreement'
import { startRedis } from './kit/redis'

test('agrees with a plain list of calls', async () => {
  await using server = await startRedis()
  await checkAgreement({ open: (now) => openRedisStore(server.url, now), runs: 200, thins: false })
  expect(true).toBe(true)
})

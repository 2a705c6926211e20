import { afterAll, expect, test } from 'bun:test'
import { loadConfig } from '../../../src/platform/config/load'
import { emptyFolder } from '../../kit/folder'
import { request, startMetrics } from '../rig'

const folder = emptyFolder()
const admin = 'a'.repeat(32)
const env = {
  METRICS_API_KEY_AUTH_SERVER: 'any text will do',
  METRICS_API_KEY_ANY: 'one for all',
  METRICS_ADMIN_API_KEY: admin,
}
const rig = await startMetrics({ folder, env })
afterAll(() => rig.close())

const metric = { type: 'custom', value: 1 }

test('a key of the environment sends for the service of its name alone', async () => {
  expect((await rig.post(request(metric), 'any text will do')).status).toBe(200)
  const other = await rig.post({ service: 'registry', metrics: [metric] }, 'any text will do')
  expect(other.status).toBe(403)
  expect(await other.json()).toEqual({
    detail: 'This key sends metrics of the service auth-server, not of another one',
  })
})

test('ANY is a key for every service', async () => {
  expect((await rig.post({ service: 'registry', metrics: [metric] }, 'one for all')).status).toBe(200)
})

test('the admin key sends no metrics', async () => {
  expect((await rig.post(request(metric), admin)).status).toBe(403)
})

test('a key is gone with its variable', async () => {
  const folder = emptyFolder()
  const before = await startMetrics({ folder, env })
  expect((await before.post(request(metric), 'any text will do')).status).toBe(200)
  await before.close()
  const after = await startMetrics({ folder })
  const refused = await after.post(request(metric), 'any text will do')
  expect(refused.status).toBe(401)
  expect(await refused.json()).toEqual({ detail: 'Invalid API key' })
  await after.close()
})

test('an admin key that can be guessed stops the start, and is not repeated', () => {
  const load = () =>
    loadConfig({ env: { METRICS_ADMIN_API_KEY: 'short-and-sweet' }, flags: {}, cwd: folder, modules: [] })
  expect(load).toThrow('METRICS_ADMIN_API_KEY (environment): must be at least 32 characters long')
  expect(load).not.toThrow('short-and-sweet')
})

test('config shows that there are keys, not which', () => {
  const { entries } = loadConfig({ env, flags: {}, cwd: folder, modules: [] })
  expect(entries.find(({ name }) => name === 'METRICS_API_KEY_*')?.value).toBe('********')
})

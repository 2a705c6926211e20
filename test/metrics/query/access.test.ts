import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startApp, type TestApp } from '../../kit/app'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app?.close())

const reads = [
  '/api/v1/metrics/services',
  '/api/v1/metrics/raw?from=24h',
  '/api/v1/metrics/export?format=jsonl',
  '/api/v1/query?query=up',
  '/api/v1/labels',
  '/dashboard/metrics/data',
]
const statuses = (key: string) =>
  Promise.all(reads.map(async (path) => [path, (await app.rest('GET', path, undefined, key)).status]))
const all = (status: number) => reads.map((path) => [path, status])
const rebuild = async (key: string) => (await app.rest('POST', '/api/v1/metrics/rebuild', {}, key)).status

test('a tenant’s key for everything of its own does not show what the installation measured', async () => {
  const key = await app.addKey('tenant')
  expect(await statuses(key)).toEqual(all(403))
  expect(await rebuild(key)).toBe(403)
  const { isError, error } = await app.tool('list_services', {}, key)
  expect(isError ?? error !== undefined).toBe(true)
})

test('an operator’s key shows it: by the scope of reading, or by admin', async () => {
  expect(await statuses(await app.addKey('operator', 'enterprise', ['*', 'admin']))).toEqual(all(200))
  const reader = await app.addKey('grafana', 'enterprise', ['metrics:read'])
  expect((await statuses(reader)).slice(0, 5)).toEqual(all(200).slice(0, 5))
  expect(await rebuild(reader)).toBe(403)
})

test('a tenant’s key cannot send what would pass for the figures of others', async () => {
  const send = async (scopes?: string[]) => {
    const key = await app.addKey('sender', 'enterprise', scopes)
    const body = { service: 'auth-server', metrics: [{ type: 'custom', value: 1 }] }
    return (await app.rest('POST', '/metrics', body, key)).status
  }
  expect(await send()).toBe(403)
  expect(await send(['metrics:write'])).toBe(200)
})

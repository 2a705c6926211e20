import { afterAll, expect, test } from 'bun:test'
import { emptyFolder } from '../../kit/folder'
import { request, startMetrics } from '../rig'

const folder = emptyFolder()
const rig = await startMetrics({ folder })
afterAll(() => rig.close())

const metric = (value: number, idempotency_key?: string) => ({ type: 'custom', value, idempotency_key })
const answer = async (response: Promise<Response>) => (await response).json()
const stored = (of: typeof rig, value: number) =>
  of.rows(`select count(*) as n from metrics where value = ${value}`)

test('a request with a key counts once, also over a restart', async () => {
  const folder = emptyFolder()
  const first = await startMetrics({ folder })
  const body = { ...request(metric(1), metric(1)), idempotency_key: 'r1' }
  expect(await answer(first.post(body))).toMatchObject({ accepted: 2, rejected: 0 })
  expect(await answer(first.post(body))).toMatchObject({ accepted: 2, duplicates: 2 })
  await first.close()
  const second = await startMetrics({ folder })
  expect(await answer(second.post(body))).toMatchObject({ accepted: 2, duplicates: 2 })
  expect(await stored(second, 1)).toEqual([{ n: 2 }])
  await second.close()
})

test('the header says the same as the body', async () => {
  const headers = { 'idempotency-key': 'h1' }
  await rig.post(request(metric(2)), rig.ingestKey, headers)
  expect(await answer(rig.post(request(metric(2)), rig.ingestKey, headers))).toMatchObject({ duplicates: 1 })
  expect(await stored(rig, 2)).toEqual([{ n: 1 }])
})

test('a key of the body goes before one of the header, wherever it stands', async () => {
  const metrics = '"metrics":[{"type":"custom","value":9}]'
  const headers = { 'idempotency-key': 'h9' }
  for (const body of [
    `{"service":"auth-server","idempotency_key":"b9",${metrics}}`,
    `{"service":"auth-server",${metrics},"idempotency_key":"b9"}`,
  ])
    await rig.post(body, rig.ingestKey, headers)
  expect(await stored(rig, 9)).toEqual([{ n: 1 }])
  await rig.post(`{"service":"auth-server",${metrics}}`, rig.ingestKey, headers)
  expect(await stored(rig, 9)).toEqual([{ n: 2 }])
})

test('each metric may have a key of its own', async () => {
  await rig.post(request(metric(3, 'a'), metric(3, 'b')))
  const second = await answer(rig.post(request(metric(3, 'b'), metric(3, 'c'), metric(3, 'c'), metric(3))))
  expect(second).toMatchObject({ accepted: 4, duplicates: 2 })
  expect(await stored(rig, 3)).toEqual([{ n: 4 }])
})

test('of many at once one is stored', async () => {
  const keys = ['p', 'q', 'r']
  const bodies = Array.from({ length: 30 }, (_, n) => {
    const turned = [...keys.slice(n % 3), ...keys.slice(0, n % 3)]
    return request(...turned.map((key) => metric(4, key)))
  })
  const answers = await Promise.all(bodies.map((body) => answer(rig.post(body))))
  expect(answers.every((one) => (one as { accepted: number }).accepted === 3)).toBe(true)
  expect(await stored(rig, 4)).toEqual([{ n: 3 }])
})

test('keys of two services are different ones', async () => {
  const other = await rig.addIngestKey('registry')
  await rig.post(request(metric(5, 'same')))
  expect(
    await answer(rig.post({ service: 'registry', metrics: [metric(5, 'same')] }, other)),
  ).not.toHaveProperty('duplicates')
  expect(await stored(rig, 5)).toEqual([{ n: 2 }])
})

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startApp, type TestApp } from '../kit/app'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
  for (const entry of ['the first, "quoted"', 'the second', 'the third']) {
    await app.rest('POST', '/api/v1/journal/entries', { entry })
  }
})
afterAll(() => app.close())

const path = '/api/v1/journal/export'

test.each([
  ['csv', 'text/csv', 'csv'],
  ['markdown', 'text/markdown', 'md'],
  ['json', 'application/json', 'json'],
])('a journal leaves as a %s file', async (format, type, extension) => {
  const file = await app.rest('GET', `${path}?format=${format}&download=true`)
  expect([file.status, file.headers.get('content-type')?.split(';')[0]]).toEqual([200, type])
  expect(file.headers.get('content-disposition')).toMatch(
    new RegExp(`^attachment; filename="journal-[0-9-]+\\.${extension}"$`),
  )
  const enveloped = (await (await app.rest('GET', `${path}?format=${format}`)).json()) as { content: string }
  expect(await file.text()).toBe(enveloped.content)
  expect(file.headers.get('x-next-cursor')).toBeNull()
})

test('an Accept that names the type asks for the file', async () => {
  const headers = { authorization: `Bearer ${app.key}`, accept: 'text/csv' }
  const file = await app.send(`${path}?format=csv`, { headers })
  expect(await file.text()).toStartWith('id,')
})

test('a file that is not the whole says where it goes on', async () => {
  const first = await app.rest('GET', `${path}?format=csv&download=true&limit=2`)
  const cursor = first.headers.get('x-next-cursor')!
  const rest = await app.rest('GET', `${path}?format=csv&download=true&limit=2&cursor=${cursor}`)
  expect([await first.text(), await rest.text()].join('')).toMatch(/third.*second.*first/s)
  expect(rest.headers.get('x-next-cursor')).toBeNull()
})

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { startApp, type TestApp } from '../kit/app'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.close())

type Operations = Record<string, { operationId: string; tags: string[] }>

test('the document of the whole server is valid and shows every operation', async () => {
  const doc = (await (await app.send('/openapi.json')).json()) as { paths: Record<string, Operations> }
  const { valid, errors } = await new Validator().validate(structuredClone(doc) as never)
  expect(errors ?? []).toEqual([])
  expect(valid).toBe(true)
  const shown = Object.values(doc.paths).flatMap((methods) =>
    Object.values(methods).map((one) => one.operationId),
  )
  expect(new Set(shown).size).toBe(shown.length)
  for (const { operation } of app.dispatcher.operations) expect(shown).toContain(operation.name)
})

test('every operation has its own place: method and path', () => {
  const places = app.dispatcher.operations.map(
    ({ operation, path }) => `${operation.rest.method} ${path.replace(/\{\w+\}/g, '{}')}`,
  )
  expect(new Set(places).size).toBe(places.length)
})

test('every operation asks for a credential unless it says otherwise', async () => {
  for (const { operation, path } of app.dispatcher.operations) {
    const method = operation.rest.method
    const response = await app.send(path.replace(/\{\w+\}/g, 'x'), { method })
    if (operation.access !== 'optional')
      expect([operation.name, response.status]).toEqual([operation.name, 401])
  }
})

test('the page lists the modules, health and status answer', async () => {
  const root = (await (await app.send('/')).json()) as { modules: { name: string }[] }
  expect(root.modules.map(({ name }) => name)).toEqual(app.dispatcher.mounted.map(({ module }) => module))
  expect((await app.send('/health')).status).toBe(200)
  const status = (await (await app.send('/status')).json()) as { components: Record<string, string> }
  for (const { module } of app.dispatcher.mounted) expect(status.components[module]).toBe('healthy')
})

test('draining shows on both ports', async () => {
  const own = await startApp()
  try {
    expect((await own.send('/readyz')).status).toBe(200)
    own.drain()
    expect((await own.send('/readyz')).status).toBe(503)
    expect((await own.probes.fetch(new Request('http://10.0.0.1/readyz'))).status).toBe(503)
    expect((await own.send('/livez')).status).toBe(200)
  } finally {
    await own.close()
  }
})

import { expect, test } from 'bun:test'
import { cli, json } from './rig'

const answering = (status: () => number) =>
  Bun.serve({ port: 0, fetch: () => new Response('', { status: status() }) })

test('a 2xx is ready, anything else is not', async () => {
  let status = 200
  using server = answering(() => status)
  expect(await cli(`health ${server.url}`)).toMatchObject({
    code: 0,
    stdout: `ready: ${server.url} answered 200\n`,
  })
  status = 503
  expect(await cli(`health ${server.url}`)).toMatchObject({
    code: 1,
    stdout: `not ready: ${server.url} answered 503\n`,
  })
})

test('nothing there is not ready', async () => {
  const server = answering(() => 200)
  const url = String(server.url)
  await server.stop(true)
  expect(await cli(`health ${url}`)).toMatchObject({
    code: 1,
    stdout: `not ready: ${url} cannot be reached\n`,
  })
})

test('without URL it asks /readyz of the server that the settings describe', async () => {
  using server = Bun.serve({
    port: 0,
    fetch: (request) =>
      new Response(null, { status: new URL(request.url).pathname === '/readyz' ? 200 : 404 }),
  })
  const env = { HOST: '0.0.0.0', PORT: String(server.port) }
  expect(await json('health', { env })).toEqual({
    url: `http://127.0.0.1:${server.port}/readyz`,
    ready: true,
    status: 200,
    detail: 'answered 200',
  })
})

test('--wait keeps asking', async () => {
  let asked = 0
  using server = answering(() => (++asked < 4 ? 503 : 200))
  expect((await cli(`health ${server.url} --wait 30s`)).code).toBe(0)
  expect(asked).toBe(4)
})

test('--wait gives up', async () => {
  using server = answering(() => 503)
  expect((await cli(`health ${server.url} --wait 1s`)).code).toBe(1)
})

import { expect, test } from 'bun:test'
import { createKeepAlive } from '../../src/platform/mcp/keep-alive'

const source = (pull: (controller: ReadableStreamDefaultController<Uint8Array>) => void) =>
  new ReadableStream<Uint8Array>({ pull })

test.each([
  ['ends', (controller: ReadableStreamDefaultController<Uint8Array>) => controller.close(), true],
  [
    'breaks',
    () => {
      throw new Error('broken')
    },
    false,
  ],
])('a stream that %s is told of once', async (_, pull, sound) => {
  const keepAlive = createKeepAlive()
  let ended = 0
  const body = keepAlive.tend(source(pull), () => ended++)
  const read = new Response(body).text().then(
    () => true,
    () => false,
  )
  expect(await read).toBe(sound)
  expect(ended).toBe(1)
  keepAlive.close()
})

import { expect, test } from 'bun:test'
import { createParts, people } from '../mcp/kit'

test('a call is counted whether or not anybody wants to be told its quota', async () => {
  const { parts, release } = await createParts()
  const { dispatcher } = parts
  const context = {
    principal: people.free!,
    requestId: 'req_test',
    transport: 'cli' as const,
    signal: new AbortController().signal,
    header: () => undefined,
  }
  try {
    const bound = dispatcher.find('echo')!
    const call = () => dispatcher.dispatch(bound, { text: 'hello' }, context)
    for (let count = 0; count < 20; count++) await call()
    const refused = [
      call(),
      dispatcher.admit(bound, { text: 'hello' }, context),
      dispatcher.read({ cost: 1, scope: null }, context, async () => {}),
    ]
    for (const { status } of await Promise.allSettled(refused)) expect(status).toBe('rejected')
  } finally {
    await release()
  }
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { answerOf, callOf, modern, rpc, startMcp, type TestMcp } from './kit'

let server: TestMcp
beforeAll(async () => {
  server = await startMcp()
})
afterAll(() => server.close())

/** The same call in both eras, with and without what forces the SDK's path. */
const ways = {
  'older, fast': (name: string, args: object) => [callOf(name, args), {}] as const,
  'older, by the SDK': (name: string, args: object) =>
    [
      rpc('tools/call', { name, arguments: args, _meta: { progressToken: 'p' } }),
      { accept: 'application/json' },
    ] as const,
  '2026-07-28, fast': (name: string, args: object) => modern('tools/call', { name, arguments: args }),
  '2026-07-28, by the SDK': (name: string, args: object) => {
    const [body, headers] = modern('tools/call', { name, arguments: args }, { progressToken: 'p' })
    return [body, { ...headers, accept: 'application/json' }] as const
  },
}

describe.each(Object.entries(ways))('%s', (label, way) => {
  const call = (name: string, args: object = {}, as = 'all') => {
    const [body, headers] = way(name, args)
    return server.post(body, { ...headers, authorization: `Bearer ${as}` })
  }

  test('answers with the structure and the same as compact text', async () => {
    const { id, result } = await answerOf(call('echo', { text: 'a "quoted" ü\n' }))
    expect(id).toBe(1)
    expect(result.structuredContent).toEqual({ text: 'a "quoted" ü\n', caller: 'all' })
    expect(result.content).toEqual([{ type: 'text', text: JSON.stringify(result.structuredContent) }])
    expect(result.isError).toBeUndefined()
    const server = { name: 'Holdfast', version: '1.2.3' }
    expect(result.resultType).toBe(label.startsWith('2026') ? 'complete' : undefined)
    expect(result._meta).toEqual(
      label.startsWith('2026') ? { 'io.modelcontextprotocol/serverInfo': server } : undefined,
    )
  })

  test('wraps an answer that is not an object', async () => {
    const { result } = await answerOf(call('list_numbers'))
    expect(result.structuredContent).toEqual({ result: [1, 2, 3] })
  })

  test('tells an agent what to change', async () => {
    const { result } = await answerOf(call('echo', { text: '', extra: 1 }))
    const failure = JSON.parse(result.content[0].text)
    expect(result.isError).toBeTrue()
    expect(result.structuredContent).toBeUndefined()
    expect(failure.code).toBe('invalid')
    expect(failure.errors.map((fault: { path: string }) => fault.path).sort()).toEqual(['/extra', '/text'])
    expect(failure.what_to_do).toContain('Change the input')
    expect(result._meta['holdfast/error']).toEqual(failure)
  })

  test.each(['not_found', 'conflict', 'upgrade_required', 'secret_detected', 'timeout'])(
    '%s fails the tool',
    async (kind) => {
      const response = await call('fail', { kind })
      expect(response.status).toBe(200)
      const { result } = await answerOf(response)
      expect(result.isError).toBeTrue()
      expect(JSON.parse(result.content[0].text)).toMatchObject({ code: kind, message: `failed: ${kind}` })
    },
  )

  test('hides the cause of a bug and logs it', async () => {
    server.lines.length = 0
    const response = await call('fail', { kind: 'bug' })
    const text = await response.text()
    expect(text).toContain('Internal error')
    expect(text).not.toContain('for operators only')
    expect(server.lines.join('')).toContain('the cause, for operators only')
  })

  test('an unavailable part refuses the whole request', async () => {
    const response = await call('fail', { kind: 'unavailable' })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('7')
    const { id, error } = await answerOf(response)
    expect(id).toBe(1)
    expect(error).toMatchObject({ code: -32603, data: { code: 'unavailable', retry_after: 7 } })
  })

  test('a scope that is missing refuses the whole request, and names it', async () => {
    const response = await call('erase', {}, 'reader')
    expect(response.status).toBe(403)
    const challenge = 'Bearer error="insufficient_scope", scope="fixture:write"'
    expect(response.headers.get('www-authenticate')).toBe(challenge)
    const { id, error } = await answerOf(response)
    expect(id).toBe(1)
    expect(error).toMatchObject({ code: -32012, data: { code: 'insufficient_scope' } })
  })

  test('an unknown tool is an invalid parameter', async () => {
    const { error } = await answerOf(call('no_such_tool'))
    expect(error!.code).toBe(-32602)
    expect(error!.message).not.toContain('did you mean')
  })

  test('a tool whose name is nearly right is named; not one that the caller may not use', async () => {
    const meant = async (name: string, as?: string) => (await answerOf(call(name, {}, as))).error!.message
    expect(await meant('list_number')).toContain('did you mean list_numbers?')
    expect(await meant('wisper')).toContain('did you mean whisper?')
    expect(await meant('eras', 'reader')).not.toContain('did you mean')
  })

  test('a refused credential runs only what is open to it', async () => {
    const { result } = await answerOf(call('greet', {}, 'nobody'))
    expect(result.structuredContent).toEqual({ hello: 'anonymous' })
    const response = await call('list_numbers', {}, 'nobody')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect((await answerOf(response)).error!.data!.code).toBe('AUTH_MISSING_KEY')
  })

  test('an answer above the limit is refused, never cut in silence', async () => {
    const { result } = await answerOf(call('talk', { characters: 1_100_000 }))
    expect(result.isError).toBeTrue()
    const failure = JSON.parse(result.content[0].text)
    expect(failure).toMatchObject({ code: 'too_large' })
    expect(failure.message).toContain('The call was carried out')
    expect(failure.what_to_do).toContain('cursor')
  })
})

describe('quotas', () => {
  test('count calls alone, tell what is left, and refuse with the request id', async () => {
    const free = { authorization: 'Bearer free' }
    for (let i = 0; i < 30; i++) await server.post(rpc('tools/list'), free)
    await server.post(callOf('echo', { txt: 'refused before it ran' }), free)
    const first = await server.post(callOf('echo', { text: 'a' }), free)
    expect(first.headers.get('x-ratelimit-limit')).toBe('20')
    expect(first.headers.get('x-ratelimit-remaining')).toBe('19')
    expect(first.headers.get('ratelimit')).not.toBeNull()
    const failed = await server.post(callOf('fail', { kind: 'not_found' }), free)
    expect(failed.headers.get('x-ratelimit-remaining')).toBe('18')
    const [body, headers] = modern('tools/call', { name: 'wait', arguments: { ms: 1 } }, { progressToken: 1 })
    const streamed = await server.post(body, { ...headers, ...free })
    expect(streamed.headers.get('content-type')).toBe('text/event-stream')
    expect(streamed.headers.get('x-ratelimit-remaining')).toBe('17')
    await streamed.text()
    await Promise.all(Array.from({ length: 17 }, () => server.post(callOf('echo', { text: 'a' }), free)))
    for (const refused of [
      await server.post(callOf('echo', { text: 'a' }, 'id-7'), free),
      await server.post(
        rpc('tools/call', { name: 'wait', arguments: { ms: 1 }, _meta: { progressToken: 1 } }, 'id-7'),
        free,
      ),
    ]) {
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      const { id, error } = await answerOf(refused)
      expect(id).toBe('id-7')
      expect(error).toMatchObject({ code: -32010, data: { tier: 'free', retry_after: expect.any(Number) } })
      expect(Object.keys(error!.data!)).toEqual(expect.arrayContaining(['limits', 'usage', 'reset_times']))
    }
  })
})

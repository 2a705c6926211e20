import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { AppError } from '../../src/core/errors'
import type { Module, Running } from '../../src/core/module'
import { defineOperation } from '../../src/core/operation'
import { type Served, serve } from './kit'
import { shop } from './shop'

const nothing = Type.Object({}, { additionalProperties: false })
const declared = { title: '', description: '', input: nothing, output: nothing, scope: null }

/** Ends by its time limit alone. */
const hang = defineOperation({
  ...declared,
  name: 'hang',
  rest: { method: 'POST', path: '/hang' },
  run: () => new Promise<never>(() => {}),
})

/** Refused with what no answer can hold. */
const odd = defineOperation({
  ...declared,
  name: 'odd',
  rest: { method: 'POST', path: '/odd' },
  async run() {
    throw new AppError('unavailable', 'No', { headers: { 'X-Odd': 'two\nlines' } })
  },
})

/** Refused with what throws the same refusal again when it is told. */
const circular = defineOperation({
  ...declared,
  name: 'circular',
  rest: { method: 'POST', path: '/circular' },
  async run() {
    const error: AppError = new AppError('unavailable', 'No')
    Object.defineProperty(error, 'data', {
      get() {
        throw error
      },
    })
    throw error
  },
})

const module: Module = {
  ...shop,
  async start(host) {
    const running = (await shop.start(host)) as Running
    return { ...running, operations: [...running.operations, hang, odd, circular] }
  },
}

/** Calls that come together are counted and read together, by whoever came first: each must stay itself. On a quiet server they are not. */
const together = 40
const waves = 4

const toolCall = (name: string, args = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: args },
})

/** Of a line in either format. */
function readLine(line: string): { id: string | undefined; message: string; status: number } {
  if (line.startsWith('{')) {
    const { request_id: id, message, status } = JSON.parse(line)
    return { id, message, status }
  }
  const [, message = ''] = /^\S+ \w+ +\w+: (.*?)(?: \w+=.*)?$/s.exec(line.trimEnd())!
  const memberOf = (name: string) => new RegExp(` ${name}=(\\S+)`).exec(line)?.[1]
  return { id: memberOf('request_id'), message, status: Number(memberOf('status')) }
}

describe.each(['json', 'text'] as const)('ids of requests that come together, log in %s', (format) => {
  let server: Served
  beforeAll(async () => {
    server = await serve({ module, env: { LOG_FORMAT: format, REQUEST_TIMEOUT_SECONDS: '1' } })
  })
  afterAll(() => server.close())

  type Send = (headers: Record<string, string>, index: number) => Promise<Response>

  /** Sends waves of as many at once, each under an id of its own; gives the answers and the log lines by id. */
  async function sendTogether(prefix: string, send: Send) {
    const ids = Array.from({ length: waves * together }, (_, index) => `${prefix}-${index}`)
    const responses: Response[] = []
    while (responses.length < ids.length) {
      const from = responses.length
      const wave = ids.slice(from, from + together)
      const sent = wave.map((id, index) => send({ 'x-request-id': id }, from + index))
      responses.push(...(await Promise.all(sent)))
    }
    const bodies = await Promise.all(responses.map((response) => response.text()))
    const lines = server.lines.map(readLine)
    return ids.map((id, index) => {
      const own = lines.filter((line) => line.id === id)
      const messages = own.map(({ message }) => message).toSorted()
      const { status, headers } = responses[index]!
      const logged = own.find(({ message }) => message === 'request')?.status
      return { id, status, logged, told: headers.get('x-request-id'), messages, body: bodies[index]! }
    })
  }

  test.each(['team', 'enterprise'] as const)('what fails, tier %s', async (tier) => {
    const authorization = `Bearer ${await server.addKey(`failing-${tier}`, tier)}`
    const hard = { how: 'hard' }
    const overMcp = await sendTogether(`mcp-${tier}`, (headers) =>
      server.post('/mcp', toolCall('fail', hard), { ...headers, authorization }),
    )
    for (const { id, told, messages, body } of overMcp) {
      expect({ id, told, messages }).toEqual({ id, told: id, messages: ['a tool failed', 'request'] })
      expect(body).toContain(id)
    }
    const overRest = await sendTogether(`rest-${tier}`, (headers) =>
      server.post('/api/v1/shop/fail', hard, { ...headers, authorization }),
    )
    for (const { id, told, messages, status } of overRest)
      expect({ id, told, messages, status }).toEqual({
        id,
        told: id,
        messages: ['request', 'request failed'],
        status: 500,
      })
  })

  test('what is refused for its quota', async () => {
    const authorization = `Bearer ${await server.addKey('busy', 'free')}`
    const answers = await sendTogether('busy', (headers) =>
      server.post('/mcp', toolCall('get_thing', { id: 'a' }), { ...headers, authorization }),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20)
    for (const { id, status, logged, told, messages } of answers)
      expect({ id, told, messages, logged }).toEqual({
        id,
        told: id,
        messages: ['request'],
        logged: status,
      })
    const refused = answers.filter(({ status }) => status === 429).map(({ id }) => id)
    expect(refused).toContain((await exemplarOf('http_requests_total', 'status="429"'))!)
    expect(refused).toContain((await exemplarOf('mcp_requests_total', 'outcome="rate_limited"'))!)
  })

  test('what ends by its time limit', async () => {
    // The clock of all limits was started by another.
    const first = server.post('/mcp', toolCall('hang'), { 'x-request-id': 'clock' })
    await Bun.sleep(100)
    const late = server.post('/mcp', toolCall('hang'), { 'x-request-id': 'late' })
    await Promise.all([first, late])
    const lines = server.lines.map(readLine).filter(({ message }) => message === 'request')
    for (const id of ['clock', 'late']) expect(lines.filter((line) => line.id === id)).toHaveLength(1)
  })

  test.each(['odd', 'circular'])(
    'what no answer can hold is an error of ours, over MCP and REST: %s',
    async (name) => {
      const answers = await sendTogether(name, (headers, index) =>
        index % 2 === 0
          ? server.post('/mcp', toolCall(name), headers)
          : server.post(`/api/v1/shop/${name}`, {}, headers),
      )
      for (const { id, status, logged, messages } of answers)
        expect({ id, status, logged, messages }).toEqual({
          id,
          status: 500,
          logged: 500,
          messages: ['request', 'request failed'],
        })
    },
  )

  test('each call has its own answer', async () => {
    const answers = await sendTogether('own', (headers, index) =>
      server.post('/mcp', toolCall('get_thing', { id: `thing-${index}` }), headers),
    )
    for (const [index, { body }] of answers.entries())
      expect(JSON.parse(body).result.structuredContent).toEqual({ id: `thing-${index}` })
  })

  /** The request id behind a series. */
  async function exemplarOf(name: string, label: string): Promise<string | undefined> {
    const text = await server.exposition('openmetrics')
    const line = text.split('\n').find((line) => line.startsWith(`${name}{`) && line.includes(label))
    return /request_id="([^"]+)"/.exec(line!)?.[1]
  }
})

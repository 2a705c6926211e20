import { describe, expect, test } from 'bun:test'
import { recognizePlain } from '../../src/platform/mcp/plain-request'
import { callOf, modern, rpc } from './kit'

const recognize = (body: unknown, headers: Record<string, string> = {}) =>
  recognizePlain(body, new Headers(headers))
const version = 'io.modelcontextprotocol/protocolVersion'

describe('the fast path takes', () => {
  test('plain calls and lists of the older revisions', () => {
    expect(recognize(callOf('echo', { text: 'a' }))).toEqual({
      method: 'tools/call',
      id: 1,
      modern: false,
      name: 'echo',
      arguments: { text: 'a' },
    })
    expect(recognize(rpc('tools/list'))).toMatchObject({ method: 'tools/list', modern: false })
    expect(recognize(rpc('tools/call', { name: 'echo' }))?.arguments).toEqual({})
    expect(recognize(callOf('echo'), { 'mcp-protocol-version': '2024-11-05' })).toBeDefined()
  })

  test('plain calls and lists of 2026-07-28', () => {
    expect(recognize(...modern('tools/call', { name: 'echo', arguments: {} }))?.modern).toBeTrue()
    expect(recognize(...modern('tools/list'))?.modern).toBeTrue()
    const client = { 'io.modelcontextprotocol/clientInfo': { name: 'a', version: '1' } }
    expect(recognize(...modern('tools/list', {}, client))).toBeDefined()
  })
})

describe('the SDK gets', () => {
  test.each([
    ['another method', rpc('ping')],
    ['a notification', { jsonrpc: '2.0', method: 'tools/list' }],
    ['a fraction as id', rpc('tools/list', {}, 1.5)],
    ['null as id', rpc('tools/list', {}, null)],
    ['an unknown member', { ...rpc('tools/list'), extra: 1 }],
    ['another protocol', { ...rpc('tools/list'), jsonrpc: '1.0' }],
    ['a batch', [rpc('tools/list')]],
    ['params that are a list', rpc('tools/list', [])],
    ['a cursor', rpc('tools/list', { cursor: 'a' })],
    ['no name', rpc('tools/call', { arguments: {} })],
    ['arguments that are no object', callOf('echo', [])],
    ['a task', rpc('tools/call', { name: 'echo', task: {} })],
    ['answers to questions', rpc('tools/call', { name: 'echo', inputResponses: {} })],
    ['a state', rpc('tools/call', { name: 'echo', requestState: 'a' })],
    ['a progress token', rpc('tools/call', { name: 'echo', _meta: { progressToken: 0 } })],
    ['meta that is no object', rpc('tools/call', { name: 'echo', _meta: 1 })],
  ])('%s', (_, body) => {
    expect(recognize(body)).toBeUndefined()
  })

  test.each<[string, Record<string, string>]>([
    ['an unknown revision', { 'mcp-protocol-version': '2001-01-01' }],
    ['the newest revision in the header alone', { 'mcp-protocol-version': '2026-07-28' }],
    ['a client that wants a stream', { accept: 'text/event-stream' }],
  ])('%s', (_, headers) => {
    expect(recognize(callOf('echo'), headers)).toBeUndefined()
  })

  const [body, headers] = modern('tools/call', { name: 'echo', arguments: {} })
  test.each<[string, unknown, Record<string, string>]>([
    ['no version header', body, { ...headers, 'mcp-protocol-version': '' }],
    ['an older version header', body, { ...headers, 'mcp-protocol-version': '2025-11-25' }],
    ['another method header', body, { ...headers, 'mcp-method': 'tools/list' }],
    ['another name header', body, { ...headers, 'mcp-name': 'Echo' }],
    ['no name header', body, { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' }],
    ...[
      { progressToken: 1 },
      { [version]: '2026-07-29' },
      { [version]: null },
      { 'io.modelcontextprotocol/clientCapabilities': undefined },
      { 'io.modelcontextprotocol/clientCapabilities': [] },
      { 'io.modelcontextprotocol/clientCapabilities': { sampling: true } },
      { 'io.modelcontextprotocol/clientInfo': { name: 'a' } },
      { 'io.modelcontextprotocol/logLevel': 'info' },
    ].map((meta): [string, unknown, Record<string, string>] => [
      JSON.stringify(meta),
      modern('tools/call', { name: 'echo', arguments: {} }, meta)[0],
      headers,
    ]),
  ])('2026-07-28 with %s', (_, odd, oddHeaders) => {
    expect(recognize(odd, oddHeaders)).toBeUndefined()
  })
})

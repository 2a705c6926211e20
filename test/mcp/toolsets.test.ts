import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { startApp, type TestApp } from '../kit/app'
import { type Answer, answerOf, callOf, rpc, startMcp, type TestMcp } from './kit'

let server: TestMcp
beforeAll(async () => {
  server = await startMcp()
})
afterAll(() => server.close())

const names = ({ result }: Answer) => result.tools.map(({ name }: { name: string }) => name)
const list = async (headers: Record<string, string>, path = '') =>
  names(await answerOf(server.post(rpc('tools/list'), headers, path)))

describe('X-MCP-Toolsets', () => {
  test.each([
    ['other', ['greet']],
    ['nonesuch, OTHER ', ['greet']],
    ['nonesuch', []],
    [',', []],
  ])('%j selects %j', async (toolsets, tools) => {
    expect(await list({ 'x-mcp-toolsets': toolsets })).toEqual(tools)
  })

  test('all, several and none', async () => {
    const everything = await list({})
    expect(await list({ 'x-mcp-toolsets': 'all' })).toEqual(everything)
    expect(await list({ 'x-mcp-toolsets': 'other,fixture' })).toEqual(everything)
    expect(await list({ 'x-mcp-toolsets': '' })).toEqual(everything)
  })

  test('narrows a module’s path further, never widens it', async () => {
    expect(await list({ 'x-mcp-toolsets': 'fixture' }, '/other')).toEqual([])
    expect(await list({ 'x-mcp-toolsets': 'other,fixture' }, '/other')).toEqual(['greet'])
  })

  test('a hidden tool is as unknown', async () => {
    const headers = { 'x-mcp-toolsets': 'other' }
    const hidden = await answerOf(server.post(callOf('echo', { text: 'a' }), headers))
    const unknown = await answerOf(server.post(callOf('nonesuch', {}), headers))
    expect(hidden.error).toEqual(unknown.error!)
  })
})

describe('X-MCP-Readonly', () => {
  test('leaves tools that change nothing', async () => {
    expect(await list({ 'x-mcp-readonly': 'true' })).toEqual(['echo'])
    expect(await list({ 'x-mcp-readonly': 'false' })).toContain('erase')
    const refused = await answerOf(server.post(callOf('erase', {}), { 'x-mcp-readonly': 'true' }))
    expect(refused.error).toMatchObject({ code: -32602 })
  })
})

describe('the whole default list', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.close())

  test('stays under 12,000 tokens, four characters a token', async () => {
    const body = JSON.stringify(rpc('tools/list'))
    const headers = { authorization: `Bearer ${app.key}`, 'content-type': 'application/json' }
    const response = await app.send('/mcp', { method: 'POST', headers, body })
    const { tools } = ((await response.json()) as Answer).result
    const tokens = Math.ceil(JSON.stringify(tools).length / 4)
    console.log(`tools/list: ${tools.length} tools, about ${tokens} tokens`)
    expect(tokens).toBeLessThan(12_000)
  })
})

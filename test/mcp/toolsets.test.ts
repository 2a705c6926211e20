import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
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
    ['other', ['greet', 'whisper']],
    ['nonesuch, OTHER ', ['greet', 'whisper']],
    ['nonesuch', []],
    [',', []],
  ])('%j selects %j', async (toolsets, tools) => {
    expect(await list({ 'x-mcp-toolsets': toolsets })).toEqual(tools)
  })

  test('all, several and none', async () => {
    const usual = await list({})
    const everything = [...usual, 'whisper']
    expect(await list({ 'x-mcp-toolsets': 'all' })).toEqual(everything)
    expect(await list({ 'x-mcp-toolsets': 'other,fixture' })).toEqual(everything)
    expect(await list({ 'x-mcp-toolsets': '' })).toEqual(usual)
  })

  test('narrows a module’s path further, never widens it', async () => {
    expect(await list({ 'x-mcp-toolsets': 'fixture' }, '/other')).toEqual([])
    expect(await list({ 'x-mcp-toolsets': 'other,fixture' }, '/other')).toEqual(['greet', 'whisper'])
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
    for (const wish of ['on', '1', 'TRUE']) expect(await list({ 'x-mcp-readonly': wish })).toEqual(['echo'])
    const refused = await answerOf(server.post(callOf('erase', {}), { 'x-mcp-readonly': 'true' }))
    expect(refused.error).toMatchObject({ code: -32602 })
  })
})

describe('a tool that is listed with its module alone', () => {
  const instructions = async (headers: Record<string, string> = {}, path = '') => {
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'a', version: '1' },
    }
    return (await answerOf(server.post(rpc('initialize', params), headers, path))).result.instructions
  }

  test('can be called by its name everywhere', async () => {
    expect(await list({})).not.toContain('whisper')
    const { result } = await answerOf(server.post(callOf('whisper', { tone: 'soft' })))
    expect(result.structuredContent).toEqual({ said: [{ word: 'soft' }] })
  })

  test('is named in the instructions to those who may use it and do not see it', async () => {
    expect(await instructions()).toMatch(/- other: whisper\n.*X-MCP-Toolsets/)
    expect(await instructions({ 'x-mcp-toolsets': 'all' })).not.toContain('whisper')
    expect(await instructions({}, '/other')).not.toContain('whisper')
    expect(await instructions({ authorization: 'Bearer nobody' })).not.toContain('whisper')
  })

  test('is told in full where its module was asked for, and briefly among all', async () => {
    const toolOf = async (toolsets: string) => {
      const { result } = await answerOf(server.post(rpc('tools/list'), { 'x-mcp-toolsets': toolsets }))
      return result.tools.find(({ name }: { name: string }) => name === 'whisper')
    }
    const tone = { type: 'string', enum: ['soft', 'hoarse'] }
    const required = ['tone']
    expect((await toolOf('all')).inputSchema).toEqual({ type: 'object', required, properties: { tone } })
    expect((await toolOf('all')).outputSchema).toEqual({
      type: 'object',
      properties: { said: { type: 'array' } },
    })
    expect((await toolOf('other')).inputSchema.additionalProperties).toBeFalse()
    const { items } = (await toolOf('other')).outputSchema.properties.said
    expect(items.properties.word).toEqual({ type: 'string', maxLength: 50 })
  })
})

describe('the settings', () => {
  const namesWith = async (settings: object, headers: Record<string, string> = {}) => {
    const other = await startMcp([], { settings })
    const answer = await answerOf(other.post(rpc('tools/list'), headers))
    await other.close()
    return names(answer)
  }

  test('MCP_TOOLSETS says what clients see that do not say it', async () => {
    expect(await namesWith({ MCP_TOOLSETS: ['other'] })).toEqual(['greet', 'whisper'])
    expect(await namesWith({ MCP_TOOLSETS: ['all'] })).toContain('whisper')
    expect(await namesWith({ MCP_TOOLSETS: ['other'] }, { 'x-mcp-toolsets': 'fixture' })).not.toContain(
      'greet',
    )
    expect(await namesWith({ MCP_TOOLSETS: ['other'] }, { 'x-mcp-readonly': 'true' })).toEqual(['whisper'])
  })
})

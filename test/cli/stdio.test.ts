import { expect, test } from 'bun:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { finish, source } from '../kit/process'
import { emptyFolder, json } from './rig'

/** Runs `work` with a client of a freshly started `holdfast stdio`; returns what that wrote to stderr. */
async function withClient(cwd: string, work: (client: Client) => Promise<void>): Promise<string> {
  const [command, ...args] = source
  const env = { PATH: process.env.PATH! }
  const transport = new StdioClientTransport({
    command: command!,
    args: [...args, 'stdio'],
    cwd,
    env,
    stderr: 'pipe',
  })
  let stderr = ''
  transport.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(transport)
  await work(client)
  await client.close()
  return stderr
}

test('an MCP client starts it, calls tools, and finds its data again', async () => {
  const cwd = emptyFolder()
  const stderr = await withClient(cwd, async (client) => {
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toContain('store_journal_entry')
    const stored = await client.callTool({
      name: 'store_journal_entry',
      arguments: { entry: 'kept over stdio' },
    })
    expect(stored.isError).toBeFalsy()
  })
  expect(stderr).toContain(`Using SQLite: ${cwd}/data/holdfast.db\n`)
  expect(stderr).not.toContain('kota_')
  await withClient(cwd, async (client) => {
    const { content } = await client.callTool({ name: 'get_journal_entries', arguments: {} })
    expect(JSON.stringify(content)).toContain('kept over stdio')
  })
  expect(await json('audit verify --owner local', { cwd })).toMatchObject({ entries: 1, faults: [] })
})

test('stdout carries the protocol alone, and the end of stdin ends it', async () => {
  const { code, stdout, stderr } = await finish(['stdio'], {
    cwd: emptyFolder(),
    env: { LOG_LEVEL: 'DEBUG' },
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(stderr).toContain('Using SQLite')
})

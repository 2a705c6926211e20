import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { startApp } from '../kit/app'
import { emptyFolder } from '../kit/folder'

test('a database whose applied step is not the one of this binary is not served', async () => {
  const folder = emptyFolder()
  await (await startApp({ folder })).close()
  const file = new Database(join(folder, 'holdfast.db'))
  file.run("update schema_migrations set checksum = 'another' where id = '0006'")
  file.close()
  await expect(startApp({ folder })).rejects.toThrow('schema step 0006 is not the one that this binary has')
})

test('a stream that waits for something to happen ends when the server drains', async () => {
  const app = await startApp()
  const headers = {
    authorization: `Bearer ${app.key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  const params = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
  const opened = await app.send('/mcp', { method: 'POST', headers, body })
  const session = { ...headers, 'mcp-session-id': opened.headers.get('mcp-session-id')! }
  await opened.text()
  const stream = await app.send('/mcp', { headers: session })
  expect(stream.headers.get('content-type')).toStartWith('text/event-stream')
  const ended = stream.text()
  app.drain()
  await ended
  await app.close()
}, 10_000)

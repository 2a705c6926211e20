import type { TestApp } from '../kit/app'

/** One message of the 2025 wire. */
export async function rpc(
  app: TestApp,
  method: string,
  params: unknown,
  key = app.key,
): Promise<{ result?: Record<string, unknown>; error?: { code: number; message: string } }> {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-06-18',
  }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const text = await (await app.send('/mcp', { method: 'POST', headers, body })).text()
  const data = text.split('\n').find((line) => line.startsWith('data: {'))
  return JSON.parse(data ? data.slice(6) : text) as never
}

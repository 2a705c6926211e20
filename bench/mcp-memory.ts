import { readFileSync } from 'node:fs'
import type { Socket } from 'bun'
import { type Holdfast, startHoldfast } from './kit/holdfast'
import { load } from './kit/load'
import { printTable } from './kit/table'

/** What the server's memory does under a million calls, 10,000 sessions that come and go, and 1,000 streams that wait. */
export async function benchMemory(): Promise<void> {
  const holdfast = await startHoldfast({ LOG_LEVEL: 'WARNING' })
  const rows: (string | number)[][] = [['after', 'resident MB', 'since warm-up']]
  await callOften(holdfast, 100_000)
  await openSessions(holdfast, 1000, false)
  const warm = await resident(holdfast)
  const note = async (what: string) => {
    const now = await resident(holdfast)
    rows.push([what, now, now - warm])
    console.error(`${Math.round(now)} MB after ${what}`)
  }
  await note('warm-up: 100,000 calls, 1,000 sessions')
  for (let done = 200_000; done <= 1_000_000; done += 200_000) {
    await callOften(holdfast, 200_000)
    await note(`${done.toLocaleString('en')} calls`)
  }
  for (const [fate, end] of [
    ['ended', true],
    ['abandoned', false],
  ] as const) {
    for (let done = 2_500; done <= 10_000; done += 2_500) {
      await openSessions(holdfast, 2_500, end)
      await note(`${done.toLocaleString('en')} sessions opened, used and ${fate}`)
    }
  }
  const streams = await Promise.all((await sessionsOf(holdfast, 1000)).map((id) => listen(holdfast, id)))
  await note('1,000 streams are open')
  await Bun.sleep(35_000)
  await note('1,000 streams have waited 35 s')
  for (const socket of streams) socket.end()
  await Bun.sleep(2000)
  await note('1,000 streams were closed')
  await callOften(holdfast, 100_000)
  await note('100,000 calls more')
  printTable('Resident memory of the server', rows)
  await holdfast.stop()
}

/** Megabytes, after the collector had a moment. */
async function resident({ pid }: Holdfast): Promise<number> {
  await Bun.sleep(1500)
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024
}

const headersOf = (key: string, extra: Record<string, string> = {}) => ({
  authorization: `Bearer ${key}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  ...extra,
})

const callBody = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'get_user_stats', arguments: {} },
}

async function callOften({ url, key, pid }: Holdfast, calls: number): Promise<void> {
  for (let done = 0; done < calls; ) {
    const target = {
      name: 'calls',
      url: `${url}/mcp`,
      method: 'POST',
      headers: headersOf(key),
      body: JSON.stringify(callBody),
      pid,
    }
    const { rate, errors } = await load(target, 5)
    if (errors > 0) throw new Error(`${errors} calls failed`)
    done += rate * 5
  }
}

const post = ({ url, key }: Holdfast, body: object, session?: string) =>
  fetch(`${url}/mcp`, {
    method: 'POST',
    headers: headersOf(key, session === undefined ? {} : { 'mcp-session-id': session }),
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }),
  })

const introduction = {
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
}

async function open(holdfast: Holdfast): Promise<string> {
  const response = await post(holdfast, introduction)
  await response.text()
  const id = response.headers.get('mcp-session-id')
  if (!id) throw new Error(`no session: ${response.status}`)
  return id
}

async function sessionsOf(holdfast: Holdfast, many: number): Promise<string[]> {
  const ids: string[] = []
  while (ids.length < many) {
    const opened = Math.min(50, many - ids.length)
    ids.push(...(await Promise.all(Array.from({ length: opened }, () => open(holdfast)))))
  }
  return ids
}

/** Opens sessions and makes each hold a server of the SDK; those that their client does not end are left to the limits. */
async function openSessions(holdfast: Holdfast, many: number, end: boolean): Promise<void> {
  for (let done = 0; done < many; done += 50) {
    const ids = await sessionsOf(holdfast, Math.min(50, many - done))
    await Promise.all(ids.map(async (id) => (await post(holdfast, withProgress, id)).text()))
    const ended = end ? ids : []
    const headers = (id: string) => headersOf(holdfast.key, { 'mcp-session-id': id })
    await Promise.all(
      ended.map((id) => fetch(`${holdfast.url}/mcp`, { method: 'DELETE', headers: headers(id) })),
    )
  }
}

const withProgress = { ...callBody, params: { ...callBody.params, _meta: { progressToken: 1 } } }

/** A session's stream over a socket of its own; resolves when the first bytes of it have come. */
async function listen({ url, key }: Holdfast, session: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const begun = Promise.withResolvers<void>()
  const lines = [
    'GET /mcp HTTP/1.1',
    `Host: ${hostname}:${port}`,
    `Authorization: Bearer ${key}`,
    'Accept: text/event-stream',
    `Mcp-Session-Id: ${session}`,
  ]
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      open: (opened) => void opened.write(`${lines.join('\r\n')}\r\n\r\n`),
      data(_, bytes) {
        if (bytes.toString().startsWith('HTTP/1.1 200')) begun.resolve()
        else if (bytes.toString().startsWith('HTTP/1.1'))
          begun.reject(new Error(bytes.toString().slice(0, 200)))
      },
      error: (_, error) => begun.reject(error),
    },
  })
  await begun.promise
  return socket
}

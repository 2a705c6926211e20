import { modern } from '../../mcp/kit'

/** What became of the requests so far. */
export interface Counts {
  requests: number
  failures: string[]
  /** Records that were acknowledged. */
  ids: string[]
}

export interface Traffic {
  counts: Counts
  /** Resolves when so many further requests have been answered. */
  more(requests: number): Promise<void>
  stop(): Promise<Counts>
}

/** REST writes and reads, MCP calls of both eras: each kind by a caller of its own, one request after the other, until told to stop. */
export function startTraffic(url: string, key: string): Traffic {
  const counts: Counts = { requests: 0, failures: [], ids: [] }
  let running = true
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  const send = (path: string, body?: unknown, more: Record<string, string> = {}) =>
    fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...headers, ...more },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const call = { name: 'query_records', arguments: { limit: 1 } }
  const [body, envelope] = modern('tools/call', call)
  const kinds: Kind[] = [
    ['write', () => send('/api/v1/journal/records', { record_type: 'rolling', data: {} })],
    ['read', () => send('/api/v1/journal/records?limit=1')],
    ['MCP 2025', () => send('/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: call })],
    ['MCP 2026', () => send('/mcp', body, envelope)],
  ]
  const all = Promise.all(
    kinds.map(async (kind) => {
      while (running) await count(counts, kind)
    }),
  )
  return {
    counts,
    async more(requests) {
      const wanted = counts.requests + requests
      while (counts.requests < wanted) await Bun.sleep(5)
    },
    async stop() {
      running = false
      await all
      return counts
    },
  }
}

type Kind = readonly [name: string, send: () => Promise<Response>]

async function count(counts: Counts, [name, send]: Kind): Promise<void> {
  try {
    const response = await send()
    const answer = (await response.json()) as { record_id?: string; result?: { isError?: boolean } }
    const fine = name.startsWith('MCP') ? answer.result && !answer.result.isError : response.ok
    if (!fine) counts.failures.push(`${name}: ${response.status} ${JSON.stringify(answer)}`)
    if (answer.record_id) counts.ids.push(answer.record_id)
  } catch (error) {
    counts.failures.push(`${name}: ${String(error)}`)
  }
  counts.requests++
}

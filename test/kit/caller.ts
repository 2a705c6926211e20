import type { TestApp } from './app'

/** What a call came to, the same for every transport: an output, or the code and text of the refusal. */
export type Outcome = { output: Record<string, unknown> } | { code: string; detail: string; status: number }

export type Transport = 'rest' | 'mcp'

/** Calls operations by name over one transport, as one caller. */
export type Caller = (
  operation: string,
  input?: Record<string, unknown>,
  key?: string | null,
) => Promise<Outcome>

/** A caller over REST (built from the operation's own route) or MCP (`tools/call`). */
export const callerOf = (app: TestApp, transport: Transport): Caller =>
  transport === 'rest' ? restCaller(app) : mcpCaller(app)

const restCaller =
  (app: TestApp): Caller =>
  async (operation, input = {}, key = app.key) => {
    const response = await app.rest(...restRequest(app, operation, input), key)
    const answer = (await response.json()) as Record<string, unknown>
    if (response.ok) return { output: answer }
    return { code: String(answer.code), detail: String(answer.detail), status: response.status }
  }

/** Method, path with query, and body under which REST serves this input. */
export function restRequest(
  app: TestApp,
  name: string,
  input: Record<string, unknown>,
): [string, string, unknown] {
  const bound = app.dispatcher.find(name)
  if (!bound) throw new Error(`no operation ${name}`)
  const rest = { ...input }
  const path = bound.path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
    const value = rest[parameter]
    delete rest[parameter]
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')
    return encodeURIComponent(text.toWellFormed())
  })
  const { method } = bound.operation.rest
  if (method !== 'GET' && method !== 'DELETE') return [method, path, rest]
  const query = queryOf(rest)
  return [method, query ? `${path}?${query}` : path, undefined]
}

function queryOf(input: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue
    for (const item of Array.isArray(value) ? value : [value]) {
      query.append(name, typeof item === 'object' ? JSON.stringify(item) : String(item))
    }
  }
  return query.toString()
}

const mcpCaller =
  (app: TestApp): Caller =>
  async (operation, input = {}, key = app.key) => {
    const answer = await app.tool(operation, input, key ?? undefined)
    if (answer.error)
      return {
        code: String(answer.error.data?.code ?? answer.error.code),
        detail: answer.error.message,
        status: answer.status,
      }
    if (!answer.isError) return { output: answer.structuredContent as Record<string, unknown> }
    const problem = JSON.parse(answer.content![0]!.text) as { code: string; detail: string; status?: number }
    return { code: problem.code, detail: problem.detail, status: answer.status }
  }

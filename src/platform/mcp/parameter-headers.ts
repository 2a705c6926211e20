import { modernRevision } from './plain-request'
import { makeRefusal, type Refusal } from './refusal'

/** Refuses a call whose `Mcp-Param-…` headers do not say what its arguments say; undefined when all is well. */
export type ParameterHeaderCheck = (body: unknown, headers: Headers) => Refusal | undefined

interface Declared {
  /** Members that lead to the argument. */
  path: string[]
  header: string
}

/** What of a tool is looked at; a TypeBox schema is JSON Schema. */
export interface ToolInput {
  name: string
  inputSchema: object
}

interface Schema {
  properties?: Record<string, Schema>
  'x-mcp-header'?: string
}

/**
 * Arguments that a tool declares with `x-mcp-header` travel as headers too, so that proxies can route by them; both must
 * agree (revision 2026-07-28).
 */
export function createParameterHeaderCheck(tools: readonly ToolInput[]): ParameterHeaderCheck {
  const declared = new Map<unknown, Declared[]>()
  for (const { name, inputSchema } of tools) {
    const found = declarations(inputSchema as Schema)
    if (found.length > 0) declared.set(name, found)
  }
  if (declared.size === 0) return () => undefined
  return (body, headers) => {
    const { method, params } = body as { method?: unknown; params?: { name?: unknown; arguments?: unknown } }
    const own = method === 'tools/call' ? declared.get(params?.name) : undefined
    if (!own || headers.get('mcp-protocol-version') !== modernRevision) return undefined
    const wrong = own.find((one) => !agrees(one, params?.arguments, headers))
    return wrong && mismatch(wrong)
  }
}

function declarations(schema: Schema, path: string[] = []): Declared[] {
  const header = schema['x-mcp-header']
  const own = header === undefined ? [] : [{ path, header: `Mcp-Param-${header}` }]
  const below = Object.entries(schema.properties ?? {})
  return [...own, ...below.flatMap(([name, property]) => declarations(property, [...path, name]))]
}

/** An argument that is absent or null asks for no header, and one that is there anyway means nothing. */
function agrees({ path, header }: Declared, args: unknown, headers: Headers): boolean {
  const value = path.reduce<unknown>((node, name) => (node as Record<string, unknown> | null)?.[name], args)
  if (value === undefined || value === null || typeof value === 'object') return true
  const sent = headers.get(header)
  const text = sent === null ? undefined : decode(sent)
  if (text === undefined) return false
  return typeof value === 'number' && text.trim() !== '' ? Number(text) === value : text === String(value)
}

const canonical = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Text that no header can hold comes as `=?base64?…?=`; undefined when that is not sound. */
function decode(sent: string): string | undefined {
  const encoded = /^=\?base64\?(.*)\?=$/.exec(sent)?.[1]
  if (encoded === undefined) return sent
  if (!canonical.test(encoded)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64'))
  } catch {
    return undefined
  }
}

function mismatch({ path, header }: Declared): Refusal {
  const body = path.join('.')
  const message = `Bad request: send the header ${header} with the value of the argument ${body}`
  return { ...makeRefusal(400, headerMismatch, message), data: { mismatch: { header, body } } }
}

/** The protocol's own code for headers that disagree with the body. */
const headerMismatch = -32020

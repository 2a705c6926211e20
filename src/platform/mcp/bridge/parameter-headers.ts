import type { Message } from './message'
import { fieldValue } from './request-headers'

/** Where a tool wants an argument repeated: `Mcp-Param-<name>` for the argument at `path`. */
interface Declared {
  name: string
  path: string[]
}

type Schema = { properties?: Record<string, Schema>; 'x-mcp-header'?: unknown }

/** Remembers from the lists that pass by which arguments of which tool go into headers too (`x-mcp-header`). */
export interface ParameterHeaders {
  /** Looks at the answer of a `tools/list`. */
  learn(answer: Message): void
  /** For a `tools/call`; nothing for a tool that no list has shown. */
  headersOf(message: Message): Record<string, string>
}

export function createParameterHeaders(): ParameterHeaders {
  const known = new Map<string, Declared[]>()
  return {
    learn({ result }) {
      const { tools } = Object(result) as { tools?: { name: string; inputSchema?: Schema }[] }
      for (const tool of Array.isArray(tools) ? tools : []) known.set(tool.name, declaredIn(tool.inputSchema))
    },
    headersOf({ method, params }) {
      const declared = method === 'tools/call' ? known.get(String(params?.name)) : undefined
      return Object.fromEntries((declared ?? []).flatMap((one) => header(one, params?.arguments)))
    },
  }
}

function declaredIn(schema: Schema | undefined, path: string[] = []): Declared[] {
  return Object.entries(schema?.properties ?? {}).flatMap(([key, inner]) => {
    const name = inner?.['x-mcp-header']
    const here = [...path, key]
    return [...(typeof name === 'string' ? [{ name, path: here }] : []), ...declaredIn(inner, here)]
  })
}

function header({ name, path }: Declared, args: unknown): [string, string][] {
  const value = path.reduce<unknown>((node, key) => (Object(node) as Record<string, unknown>)[key], args)
  if (!['string', 'number', 'boolean'].includes(typeof value)) return []
  return [[`Mcp-Param-${name}`, fieldValue(String(value))]]
}

import { converse } from '../doctor-mcp/conversation'
import { probe, type Sight } from '../doctor-mcp/probe'
import { urlWire } from '../doctor-mcp/wires'
import { type Finding, fail, pass, warn } from './finding'

const patienceMs = 10_000

/** Calls the running server over MCP as clients of both eras do: handshake or discovery, then the list of tools. */
export async function checkMcp(server: string, key: string | undefined): Promise<Finding[]> {
  if (!key) {
    const next = 'run it with a key that may call: HOLDFAST_KEY=… holdfast doctor'
    return [warn('mcp', `${server}/mcp runs; without a key it cannot be asked`, next)]
  }
  const headers = { Authorization: `Bearer ${key}` }
  const open = () =>
    converse((take) => urlWire({ kind: 'url', url: `${server}/mcp`, headers }, take), patienceMs)
  return [judge(await probe('2025-11-25', open)), judge(await probe('2026-07-28', open))]
}

function judge({ era, ok, tools, milliseconds, error, status }: Sight): Finding {
  const check = `mcp ${era}`
  if (ok) return pass(check, `${tools} tools in ${milliseconds} ms`)
  if (status === 401)
    return fail(
      check,
      'the key of HOLDFAST_KEY is refused (401)',
      'run: holdfast keys list, or make one: holdfast keys create',
    )
  return fail(check, error ?? 'no answer', 'look at the server’s log')
}

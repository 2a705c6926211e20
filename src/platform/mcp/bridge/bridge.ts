import { readLines } from './lines'
import { createRelay, type RelayOptions } from './relay'

export interface BridgeOptions extends RelayOptions {
  /** Newline-delimited JSON-RPC from the client. */
  input: ReadableStream<Uint8Array>
}

/** A client expects the process to be gone two seconds after its stdin has ended; the farewell takes part of that. */
const graceMs = 1300

/**
 * Leads lines on stdin and stdout to an MCP server over Streamable HTTP, in every revision: messages that name their
 * own revision (2026-07-28) go out each for itself, those of older ones within the server's session where it keeps one.
 * Resolves after the input has ended and what was under way is answered.
 */
export async function runBridge({ input, ...options }: BridgeOptions): Promise<void> {
  const relay = createRelay(options)
  for await (const line of readLines(input)) if (line.trim()) relay.take(line)
  await relay.close(graceMs)
}

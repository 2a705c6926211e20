import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server'

/** Events of one session's streams, kept for clients that lost their connection. */
export interface EventLog extends EventStore {
  /** False for an event that was never sent here or is gone: nothing can be resumed after it. */
  has(eventId: string): boolean
  readonly size: number
  /** Forgets everything. */
  clear(): void
}

interface Stored {
  log: Map<string, Stored>
  stream: string
  message: JSONRPCMessage
  bytes: number
}

/** Makes the logs of all sessions. Together they hold `maxBytes` of events at most; the oldest go first, whosesoever. */
export function createEventLogs(maxBytes: number): () => EventLog {
  const all = new Map<string, Stored>()
  let bytes = 0
  let last = 0

  function drop(id: string, stored: Stored): void {
    all.delete(id)
    stored.log.delete(id)
    bytes -= stored.bytes
  }

  function add(log: Map<string, Stored>, stream: string, message: JSONRPCMessage): string {
    const id = (++last).toString(36)
    const stored = { log, stream, message, bytes: JSON.stringify(message).length + 200 }
    log.set(id, stored)
    all.set(id, stored)
    bytes += stored.bytes
    for (const [oldest, entry] of all) {
      if (bytes <= maxBytes) break
      drop(oldest, entry)
    }
    return id
  }

  return () => {
    const log = new Map<string, Stored>()
    return {
      get size() {
        return log.size
      },
      has: (id) => log.has(id),
      storeEvent: async (stream, message) => add(log, stream, message),
      replayEventsAfter: (after, { send }) => replay(log, after, send),
      clear() {
        for (const [id, stored] of log) drop(id, stored)
      },
    }
  }
}

/** Sends what came after an event on the same stream and gives that stream's name. */
async function replay(
  log: Map<string, Stored>,
  after: string,
  send: (id: string, message: JSONRPCMessage) => Promise<void>,
): Promise<string> {
  const stream = log.get(after)?.stream
  if (stream === undefined) throw new Error('the event is not kept any more')
  let later = false
  for (const [id, stored] of [...log]) {
    const isEvent = later && stored.stream === stream && 'jsonrpc' in stored.message
    if (isEvent) await send(id, stored.message)
    later ||= id === after
  }
  return stream
}

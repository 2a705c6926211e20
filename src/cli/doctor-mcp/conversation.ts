/** Messages with a server, as a client has them over any transport. */
export interface Conversation {
  /** Sends a request and resolves with its result. Throws ServerFault. */
  ask(method: string, params: Record<string, unknown>): Promise<Record<string, unknown>>
  tell(method: string): void
  /** Ends it; resolves with what was wrong about the end. A server that has not `answered` is not waited for. */
  close(answered: boolean): Promise<string | undefined>
}

/** What the server did instead of answering, in words. */
export class ServerFault extends Error {
  constructor(
    message: string,
    /** HTTP status where there was one. */
    readonly status?: number,
    /** JSON-RPC code of its error. */
    readonly code?: number,
  ) {
    super(message)
  }
}

/** What carries lines to a server. */
export interface Wire {
  send(line: string): void
  /** Resolves with why no answer can come any more. */
  broken: Promise<ServerFault>
  close(answered: boolean): Promise<string | undefined>
}

/** A conversation over lines; `open` gets the function that takes what the server writes. */
export function converse(open: (take: (line: string) => void) => Wire, timeoutMs: number): Conversation {
  const waiting = new Map<number, (message: Answer) => void>()
  const noise = Promise.withResolvers<ServerFault>()
  const wire = open((line) => {
    try {
      const message = JSON.parse(line) as Answer
      waiting.get(message.id)?.(message)
    } catch {
      noise.resolve(
        new ServerFault('it writes something else than JSON to stdout, which breaks every client'),
      )
    }
  })
  const send = (message: object) => wire.send(JSON.stringify({ jsonrpc: '2.0', ...message }))
  let ids = 0
  return {
    async ask(method, params) {
      const id = ++ids
      const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve))
      send({ id, method, params })
      const outcome = await Promise.race([answered, wire.broken, noise.promise, late(method, timeoutMs)])
      if (outcome instanceof ServerFault) throw outcome
      if (!outcome.error) return outcome.result ?? {}
      const { message, code, data } = outcome.error
      throw new ServerFault(message, data?.status, code)
    },
    tell: (method) => send({ method }),
    close: wire.close,
  }
}

interface Answer {
  id: number
  result?: Record<string, unknown>
  error?: { code: number; message: string; data?: { status?: number } }
}

async function late(method: string, ms: number): Promise<ServerFault> {
  await Bun.sleep(ms)
  return new ServerFault(`it did not answer ${method} within ${ms / 1000} s`)
}

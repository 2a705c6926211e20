import type { Exchange } from './exchange'
import { legacyRevisions, modernRevision } from './plain-request'
import { makeRefusal, type Refusal, refuse, rpcCodes } from './refusal'
import { checkRequest } from './request-check'
import { createSdkPath } from './sdk-path'
import { createServers, type ServerParts } from './sdk-server'
import type { Session } from './session'
import { createSessionPath, type SessionPath } from './session-path'
import type { Sessions } from './sessions'

/** Everything that needs the SDK. It is loaded with the first request that the fast path leaves alone. */
export interface SlowPath extends Pick<SessionPath, 'listen' | 'drain' | 'close'> {
  /** Answers a message; `session` is the one that it was sent inside of. */
  answer(
    request: Request,
    body: unknown,
    exchange: Exchange,
    session: Session | undefined,
  ): Promise<Response> | Response
}

export function createSlowPath(parts: ServerParts, sessions: Sessions): SlowPath {
  const makeServer = createServers(parts)
  const sdk = createSdkPath({ ...parts, makeServer })
  const inSession = createSessionPath({ sessions, makeServer, sdk })
  return {
    answer(request, body, exchange, session) {
      const { method, id } = body as { method?: unknown; id?: unknown }
      const refusal = refusalByBatch(request.headers, body) ?? refusalByParams(request.headers, body)
      if (refusal) {
        exchange.outcome = 'refused'
        return refuse(refusal, id)
      }
      exchange.introduces = method === 'initialize' || method === 'server/discover'
      if (method === 'initialize') return inSession.initialize(request, body, exchange)
      return session ? inSession.post(session, request, body, exchange) : sdk.answer(request, body, exchange)
    },
    listen: inSession.listen,
    drain: inSession.drain,
    async close() {
      await inSession.close()
      await sdk.close()
    },
  }
}

/** JSON-RPC had batches here until 2025-03-26; a client without the header may be that old. */
function refusalByBatch(headers: Headers, body: unknown): Refusal | undefined {
  if (!Array.isArray(body)) return undefined
  const version = headers.get('mcp-protocol-version')
  return version === null || version === '2025-03-26' || version === '2024-11-05' ? undefined : noBatch
}

/** Where the headers of the newest revision already disagree with the body, or name a revision that there is not, the SDK says so. */
function refusalByParams(headers: Headers, body: unknown): Refusal | undefined {
  const { method } = body as { method?: unknown }
  const version = headers.get('mcp-protocol-version')
  const disagrees = version === modernRevision && headers.get('mcp-method') !== method
  return disagrees || !isServed(version) ? undefined : checkRequest(body)
}

const isServed = (version: string | null) =>
  version === null || version === modernRevision || (legacyRevisions as readonly string[]).includes(version)

const noBatch = makeRefusal(
  400,
  rpcCodes.invalidRequest,
  'Invalid request: only the revisions 2024-11-05 and 2025-03-26 have batches; send one message',
)

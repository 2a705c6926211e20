/** Request headers that pages of allowed origins may send. */
const accepted = [
  'Accept',
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'Last-Event-ID',
  'MCP-Protocol-Version',
  'Mcp-Method',
  'Mcp-Name',
  'Mcp-Session-Id',
  'X-API-Key',
  'X-Coinbase-API-Key',
  'X-Coinbase-API-Secret',
  'X-MCP-Bridge',
  'X-MCP-Readonly',
  'X-MCP-Toolsets',
  'X-Request-Id',
  'X-Subscription-Key',
  'X-User-Email',
]

/** Response headers that such pages may read. */
const exposed = [
  'Content-Disposition',
  'Mcp-Session-Id',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Subscription-Grace-Until',
  'WWW-Authenticate',
  'X-Next-Cursor',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-Id',
].join(', ')

/** What every answer to a page of an allowed origin carries. No cookies are used, so credentials stay off. */
export function addCors(headers: Headers, origin: string): void {
  headers.set('Access-Control-Allow-Origin', origin)
  headers.set('Access-Control-Expose-Headers', exposed)
}

/** True for the browser's question before the real request. */
export const isPreflight = (request: Request) =>
  request.method === 'OPTIONS' &&
  request.headers.has('origin') &&
  request.headers.has('access-control-request-method')

/** The answer to a preflight from an origin that was checked. `methods` are those of the path. */
export function preflight(request: Request, methods: readonly string[]): Response {
  const headers: Record<string, string> = {
    'Access-Control-Allow-Methods': methods.join(', '),
    'Access-Control-Allow-Headers': [...accepted, ...parameterHeaders(request)].join(', '),
    'Access-Control-Max-Age': '7200',
  }
  if (request.headers.get('access-control-request-private-network') === 'true') {
    headers['Access-Control-Allow-Private-Network'] = 'true'
  }
  return new Response(null, { status: 204, headers })
}

/** Tools may declare arguments that travel as `Mcp-Param-…` headers; their names are not known beforehand. */
function parameterHeaders(request: Request): string[] {
  const asked = request.headers.get('access-control-request-headers') ?? ''
  return asked
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^mcp-param-[a-z0-9-]{1,64}$/i.test(name))
    .slice(0, 32)
}

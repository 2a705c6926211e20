const jsonPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

/** On every answer. */
const always: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Permissions-Policy', 'camera=(), geolocation=(), microphone=()'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['X-Permitted-Cross-Domain-Policies', 'none'],
]

/** Adds what browsers are to be strict about only over TLS. */
export const addTransportSecurity = (headers: Headers): void =>
  headers.set('Strict-Transport-Security', 'max-age=31536000')

/** Adds the security headers; a route's own policy and caching stay. */
export function addSecurityHeaders(headers: Headers): void {
  for (const [name, value] of always) headers.set(name, value)
  headers.append('Vary', 'Origin')
  if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', jsonPolicy)
  if (headers.get('Content-Type')?.startsWith('text/event-stream')) {
    headers.set('Cache-Control', 'no-cache')
    headers.set('X-Accel-Buffering', 'no')
  } else if (!headers.has('Cache-Control')) {
    headers.set('Cache-Control', 'no-store')
  }
}

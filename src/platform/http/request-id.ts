const form = /^[A-Za-z0-9._-]{1,128}$/

/** The caller's `X-Request-Id` when it is harmless in logs and headers, else a new one. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id')
  return given !== null && form.test(given) ? given : Bun.randomUUIDv7()
}

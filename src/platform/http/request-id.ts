import { newRequestId } from '../telemetry/request-id'

const form = /^[A-Za-z0-9._-]{1,128}$/

/** The caller's `X-Request-Id` when it is harmless in headers, else a new one. */
export function requestIdOf({ headers }: Request): string {
  const given = headers.get('x-request-id')
  return given !== null && form.test(given) ? given : newRequestId()
}

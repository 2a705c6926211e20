import { AppError } from '../../../core/errors'
import type { RawRequest } from '../../../core/module'
import { allows, type Principal } from '../../../core/principal'

/** The caller, when the key may send metrics. Throws `unauthorized` or `forbidden`. */
export function requireSender({ principal, header }: Pick<RawRequest, 'principal' | 'header'>): Principal {
  if (!principal) {
    const sent = ['x-api-key', 'authorization'].some((name) => header(name) !== null)
    throw new AppError('unauthorized', sent ? 'Invalid API key' : 'API key required in X-API-Key header')
  }
  if (!allows(principal, 'metrics:write'))
    throw new AppError('forbidden', 'This needs the scope metrics:write, which the key does not have')
  return principal
}

/** An ingest key sends for its own service, unless it is for `any`. Other keys send for every service. */
export function requireService({ service: own }: Principal, service: unknown): void {
  if (own === undefined || own === 'any' || own === service || typeof service !== 'string') return
  throw new AppError('forbidden', `This key sends metrics of the service ${own}, not of another one`)
}

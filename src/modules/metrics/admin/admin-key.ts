import { AppError } from '../../../core/errors'
import type { RawRequest } from '../../../core/module'

/** Throws `unauthorized` for whoever is not METRICS_ADMIN_API_KEY or a key with the scope admin: the wrong key and an ingest key look alike. */
export function requireAdmin({ principal, header }: Pick<RawRequest, 'principal' | 'header'>): void {
  const scopes = principal?.scopes ?? []
  if (scopes.includes('admin') || scopes.includes('metrics:admin')) return
  const sent = principal !== null || ['x-api-key', 'authorization'].some((name) => header(name) !== null)
  throw new AppError('unauthorized', sent ? 'Invalid API key' : 'API key required in X-API-Key header')
}

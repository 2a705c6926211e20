import type { Principal } from '../../core/principal'
import type { Config } from '../config/settings'
import { serviceOwner } from './owner'
import { sha256Hex } from './secret'

/** Keys that settings give: they are stored nowhere, and gone with the setting at the next start. */
export type EnvironmentKeys = Map<string, Principal>

export type EnvironmentKeyConfig = Pick<Config, 'METRICS_API_KEY_*' | 'METRICS_ADMIN_API_KEY'>

/** Principals by the hex SHA-256 of their key. Of one text under two names the first counts. */
export function environmentKeys(config: Partial<EnvironmentKeyConfig>): EnvironmentKeys {
  const keys = new Map<string, Principal>()
  const add = (text: string, principal: Principal) => {
    const hash = sha256Hex(text)
    if (!keys.has(hash)) keys.set(hash, Object.freeze(principal))
  }
  if (config.METRICS_ADMIN_API_KEY) add(config.METRICS_ADMIN_API_KEY, metricsAdmin)
  for (const [name, text] of Object.entries(config['METRICS_API_KEY_*'] ?? {})) add(text, senderOf(name))
  return keys
}

const metricsAdmin: Principal = {
  id: serviceOwner('metrics-admin'),
  tier: 'enterprise',
  scopes: ['metrics:read', 'metrics:admin'],
  kind: 'key',
  credential: 'METRICS_ADMIN_API_KEY',
}

/** An ingest key for the service that the variable's name gives: AUTH_SERVER is `auth-server`. */
const senderOf = (name: string): Principal => ({
  id: serviceOwner(serviceOf(name)),
  tier: 'enterprise',
  scopes: ['metrics:write'],
  kind: 'ingest',
  service: serviceOf(name),
  credential: `METRICS_API_KEY_${name}`,
})

const serviceOf = (name: string) => name.toLowerCase().replaceAll('_', '-')

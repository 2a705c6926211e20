import type { Loaded } from '../../platform/config/load'
import type { Installation } from '../../platform/deploy/installation'
import { version } from '../../version'

/** Settings that each artifact decides by itself, or that say something about this machine only. */
const decided = new Set(
  `HOST PORT DATA_DIR RUN_AS DATABASE_URL REDIS_URL PUBLIC_URL OTEL_PROMETHEUS_PORT OTEL_PROMETHEUS_ENABLED TRUSTED_PROXIES
  ENVIRONMENT LOG_FORMAT SHUTDOWN_TIMEOUT_SECONDS MCP_SESSION_LIMIT`.split(/\s+/),
)

/** What the present settings say about an installation; of secrets only the names. */
export function installationOf({ config, entries }: Loaded): Installation {
  // The name of a family is a pattern, which no platform takes as the name of a variable.
  const given = entries.filter(
    ({ name, source, value }) =>
      source !== 'default' && source !== 'computed' && value && !name.endsWith('*'),
  )
  return {
    version,
    port: config.PORT || 8890,
    prometheusPort: config.OTEL_PROMETHEUS_PORT || 9465,
    publicUrl: config.PUBLIC_URL?.replace(/\/$/, ''),
    database: config.DATABASE_URL ? 'postgres' : 'sqlite',
    redis: config.REDIS_URL !== undefined,
    maxRequestBytes: config.MAX_REQUEST_SIZE,
    requestTimeoutSeconds: config.REQUEST_TIMEOUT_SECONDS,
    given: given
      .filter(({ name, secret, value }) => !secret && !decided.has(name) && !value.includes('********'))
      .map(({ name, value }) => ({ name, value })),
    secrets: given.filter(({ secret }) => secret).map(({ name }) => name),
  }
}

import type { Config } from './settings'

/** A fault for each chosen module that there is none of; it needs no other setting to be right. */
export function checkModules(
  chosen: readonly string[] | undefined,
  known: readonly string[],
  suggest: (name: string) => string,
): string[] {
  const strange = (chosen ?? []).filter((name) => !known.includes(name))
  return strange.map((name) => `MODULES: there is no module ${name}${suggest(name)}`)
}

/** Paths with which the platform answers, and what lies below them. */
const taken =
  /^\/(?:$|(?:mcp|api|swagger|connect|openapi\.json|healthz|livez|readyz|startupz|\.well-known)(?:\/|$))/

/** Faults that only two settings together have. */
export function crossCheck(config: Config): string[] {
  const faults: string[] = []
  if (config.OTEL_PROMETHEUS_ENABLED && config.PORT !== 0 && config.PORT === config.OTEL_PROMETHEUS_PORT) {
    faults.push(`OTEL_PROMETHEUS_PORT: must differ from PORT (both are ${config.PORT})`)
  }
  if (config.HEALTH_CHECK_ENDPOINT === config.STATUS_ENDPOINT) {
    faults.push('STATUS_ENDPOINT: must differ from HEALTH_CHECK_ENDPOINT')
  }
  for (const name of ['HEALTH_CHECK_ENDPOINT', 'STATUS_ENDPOINT'] as const) {
    if (taken.test(config[name])) faults.push(`${name}: the server has something else at ${config[name]}`)
  }
  return [...faults, ...checkIssuer(config), ...checkBucket(config), ...checkAge(config)]
}

/** Clients find the issuer by this server's public address, which is never taken from a request. */
function checkIssuer({ OAUTH_ISSUER, OAUTH_JWKS_URL, OAUTH_AUDIENCE, PUBLIC_URL }: Config): string[] {
  if (OAUTH_ISSUER) {
    return PUBLIC_URL ? [] : ['OAUTH_ISSUER: needs PUBLIC_URL, the address under which tokens are asked for']
  }
  const lone = [OAUTH_JWKS_URL && 'OAUTH_JWKS_URL', OAUTH_AUDIENCE.length > 0 && 'OAUTH_AUDIENCE'].filter(
    Boolean,
  )
  return lone.map((name) => `${name}: needs OAUTH_ISSUER, whose tokens it is for`)
}

/** Without them the store's client refuses in its own words, at the first backup. */
function checkBucket(config: Config): string[] {
  if (!config.BACKUP_TO?.startsWith('s3://')) return []
  const missing = (['BACKUP_S3_ACCESS_KEY_ID', 'BACKUP_S3_SECRET_ACCESS_KEY'] as const).filter(
    (name) => !config[name],
  )
  return missing.length === 0 ? [] : [`BACKUP_TO: an s3:// address needs ${missing.join(' and ')}`]
}

/** Keys in the form that age writes them in; anything else would only be found out by the first backup, or the first restore. */
function checkAge({ BACKUP_AGE_RECIPIENT, BACKUP_AGE_IDENTITY }: Config): string[] {
  const faults: string[] = []
  if (BACKUP_AGE_RECIPIENT && !/^age1[a-z0-9]{50,}$/.test(BACKUP_AGE_RECIPIENT))
    faults.push('BACKUP_AGE_RECIPIENT: must be a public key of age (age1…), as age-keygen prints it')
  if (BACKUP_AGE_IDENTITY && !/^AGE-SECRET-KEY-[A-Z0-9-]+$/.test(BACKUP_AGE_IDENTITY))
    faults.push('BACKUP_AGE_IDENTITY: must be a secret key of age (AGE-SECRET-KEY-1…)')
  return faults
}

import type { Config } from './settings'

/** Faults that only two settings together have. */
export function crossCheck(
  config: Config,
  moduleNames: readonly string[],
  suggest: (name: string) => string,
): string[] {
  const faults: string[] = []
  for (const name of config.MODULES ?? []) {
    if (!moduleNames.includes(name)) faults.push(`MODULES: there is no module ${name}${suggest(name)}`)
  }
  if (config.OTEL_PROMETHEUS_ENABLED && config.PORT !== 0 && config.PORT === config.OTEL_PROMETHEUS_PORT) {
    faults.push(`OTEL_PROMETHEUS_PORT: must differ from PORT (both are ${config.PORT})`)
  }
  if (config.HEALTH_CHECK_ENDPOINT === config.STATUS_ENDPOINT) {
    faults.push('STATUS_ENDPOINT: must differ from HEALTH_CHECK_ENDPOINT')
  }
  return faults
}

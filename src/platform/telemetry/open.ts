import { hostname } from 'node:os'
import { Registry } from 'prom-client'
import type { Logger } from '../../core/module'
import type { Config } from '../config/settings'
import { createLog, type Output, stderrOutput } from './log'
import { createMeter } from './meter'
import { startOtlp } from './otlp'
import { declareProcessSeries, declareSeries } from './series'
import type { Telemetry } from './telemetry'

export interface TelemetryOptions {
  /** Takes each log line with its line break instead of stderr. */
  write?: (line: string) => void
  /** Milliseconds since the epoch. */
  now?: () => number
}

export type TelemetryConfig = Pick<Config, 'LOG_LEVEL' | 'LOG_FORMAT'> &
  Partial<
    Pick<Config, 'OTEL_OTLP_ENDPOINT' | 'OTEL_OTLP_EXPORT_INTERVAL_MS' | 'MCP_SERVER_NAME' | 'ENVIRONMENT'>
  >

/** Logs and metrics as the settings want them. */
export function createTelemetry(config: TelemetryConfig, options: TelemetryOptions = {}): Telemetry {
  const output: Output = options.write ? { write: options.write, flush: async () => {} } : stderrOutput()
  const registry = new Registry()
  const meter = createMeter(registry)
  const samples: (() => void | Promise<void>)[] = []
  const refresh = async () => void (await Promise.all(samples.map(async (sample) => sample())))
  declareSeries(meter)
  declareProcessSeries(registry)
  const format = config.LOG_FORMAT ?? 'json'
  const log = createLog({ level: config.LOG_LEVEL, format, output, now: options.now ?? Date.now })
  return {
    log,
    meter,
    onExposition: (sample) => void samples.push(sample),
    async exposition() {
      await refresh()
      return registry.metrics()
    },
    startExport: () => startExport(config, { registry, refresh, log: log('otlp') }),
    flush: () => output.flush(),
  }
}

function startExport(
  config: TelemetryConfig,
  parts: { registry: Registry; refresh(): Promise<void>; log: Logger },
) {
  const { OTEL_OTLP_ENDPOINT: endpoint, OTEL_OTLP_EXPORT_INTERVAL_MS: intervalMs = 30_000 } = config
  if (!endpoint) return async () => {}
  const resource = {
    'service.name': config.MCP_SERVER_NAME ?? 'Holdfast',
    'service.instance.id': `${hostname()}-${process.pid}`,
    'deployment.environment.name': config.ENVIRONMENT ?? 'development',
  }
  return startOtlp({ endpoint, intervalMs, resource, ...parts })
}

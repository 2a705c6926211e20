import { hostname } from 'node:os'
import type { Logger, Meter } from '../../core/module'
import type { Config } from '../config/settings'
import { expose } from './exposition'
import type { Family } from './family'
import { createLog } from './log'
import { createMeter } from './meter'
import { startOtlp } from './otlp'
import { directOutput, stderrOutput } from './output'
import { createProcessSeries } from './process-series'
import { readingsOf } from './readings'
import { redactFields } from './redact'
import { currentRequestId } from './request-id'
import { createRequestLine } from './request-line'
import { declareSeries } from './series'
import type { Telemetry } from './telemetry'

export interface TelemetryOptions {
  /** Takes each log line with its line break instead of stderr. */
  write?: (line: string) => void
  /** Milliseconds since the epoch. */
  now?: () => number
}

export type TelemetryConfig = Pick<Config, 'LOG_LEVEL' | 'LOG_FORMAT'> &
  Partial<
    Pick<
      Config,
      | 'OTEL_OTLP_ENDPOINT'
      | 'OTEL_OTLP_EXPORT_INTERVAL_MS'
      | 'OTEL_EXPORTER_OTLP_HEADERS'
      | 'MCP_SERVER_NAME'
      | 'ENVIRONMENT'
    >
  >

/** Logs and metrics as the settings want them. */
export function createTelemetry(config: TelemetryConfig, options: TelemetryOptions = {}): Telemetry {
  const output = options.write ? directOutput(options.write) : stderrOutput()
  const now = options.now ?? Date.now
  const own = createMeter({ requestId: currentRequestId, now })
  const processSeries = createProcessSeries()
  const gather = async () => [...(await own.gather()), ...(await processSeries())]
  const meter: Meter = { ...own.meter, readings: async (names) => readingsOf(await gather(), names) }
  declareSeries(meter)
  const format = config.LOG_FORMAT ?? 'json'
  const logging = { level: config.LOG_LEVEL, format, output, now }
  const log = createLog(logging)
  return {
    log: (name) => log(name, redactFields),
    requestLine: (name) => createRequestLine(name, logging, log(name, asItIs)),
    meter,
    onExposition: meter.onExposition,
    exposition: async (wanted = 'text') => expose(await gather(), wanted),
    startExport: () => startExport(config, gather, log('otlp', redactFields)),
    flush: () => output.flush(),
  }
}

const asItIs = (fields: Record<string, unknown>) => fields

function startExport(config: TelemetryConfig, families: () => Promise<Family[]>, log: Logger) {
  const { OTEL_OTLP_ENDPOINT: endpoint, OTEL_OTLP_EXPORT_INTERVAL_MS: intervalMs = 30_000 } = config
  if (!endpoint) return async () => {}
  const resource = {
    'service.name': config.MCP_SERVER_NAME ?? 'Holdfast',
    'service.instance.id': `${hostname()}-${process.pid}`,
    'deployment.environment.name': config.ENVIRONMENT ?? 'development',
  }
  const headers = headersOf(config.OTEL_EXPORTER_OTLP_HEADERS ?? [])
  return startOtlp({ endpoint, intervalMs, headers, resource, families, log })
}

const headersOf = (items: readonly string[]) =>
  Object.fromEntries(
    items.map((item) => {
      const [, name, value] = /^([^=]+)=(.*)$/.exec(item)!
      return [name!, decodeURIComponent(value!)]
    }),
  )

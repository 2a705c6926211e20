import { Registry } from 'prom-client'
import type { Config } from '../config/settings'
import { createLog, type Output, stderrOutput } from './log'
import { createMeter } from './meter'
import { declareProcessSeries, declareSeries } from './series'
import type { Telemetry } from './telemetry'

export interface TelemetryOptions {
  /** Takes each log line with its line break instead of stderr. */
  write?: (line: string) => void
  /** Milliseconds since the epoch. */
  now?: () => number
}

/** Logs and metrics as the settings want them: `LOG_LEVEL`, `LOG_FORMAT`. */
export function createTelemetry(
  config: Pick<Config, 'LOG_LEVEL' | 'LOG_FORMAT'>,
  options: TelemetryOptions = {},
): Telemetry {
  const output: Output = options.write ? { write: options.write, flush: async () => {} } : stderrOutput()
  const registry = new Registry()
  const meter = createMeter(registry)
  const samples: (() => void | Promise<void>)[] = []
  declareSeries(meter)
  declareProcessSeries(registry)
  return {
    log: createLog({
      level: config.LOG_LEVEL,
      format: config.LOG_FORMAT ?? 'json',
      output,
      now: options.now ?? Date.now,
    }),
    meter,
    onExposition: (sample) => void samples.push(sample),
    async exposition() {
      await Promise.all(samples.map(async (sample) => sample()))
      return registry.metrics()
    },
    flush: () => output.flush(),
  }
}

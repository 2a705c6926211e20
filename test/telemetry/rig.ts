import type { Logger } from '../../src/core/module'
import { createTelemetry } from '../../src/platform/telemetry/open'
import type { Telemetry } from '../../src/platform/telemetry/telemetry'

/** Telemetry whose lines are kept, at the given level and format. */
export function captured(
  LOG_LEVEL: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' = 'DEBUG',
  LOG_FORMAT: 'json' | 'text' = 'json',
): { telemetry: Telemetry; log: Logger; lines: string[] } {
  const lines: string[] = []
  const now = () => Date.UTC(2026, 10, 21, 9, 30, 0, 5)
  const telemetry = createTelemetry(
    { LOG_LEVEL, LOG_FORMAT },
    { write: (line) => void lines.push(line), now },
  )
  return { telemetry, log: telemetry.log('test'), lines }
}

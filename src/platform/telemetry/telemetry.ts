import type { Logger, Meter } from '../../core/module'
import type { Format } from './exposition'

/** Logs and metrics of this process. */
export interface Telemetry {
  /** A logger whose lines carry `logger: name`. */
  log(name: string): Logger
  /** The same for lines whose fields are this program's own words and figures: nothing in them is looked through. */
  plainLog(name: string): Logger
  readonly meter: Meter
  /** Runs `sample` before each exposition: for gauges that are read rather than kept. */
  onExposition(sample: () => void | Promise<void>): void
  /** Text exposition of every series; plain Prometheus text unless told otherwise. OpenMetrics carries exemplars of request ids. */
  exposition(format?: Format): Promise<string>
  /** Begins to push to OTEL_OTLP_ENDPOINT where that is set. The returned function pushes once more and stops. */
  startExport(): () => Promise<void>
  /** Writes out what is buffered. */
  flush(): Promise<void>
}

/** The request id of the request being served, for log lines written below `work`, which is called with `given`. */
export type WithRequestId = <A, T>(requestId: string, work: (given: A) => T, given?: A) => T

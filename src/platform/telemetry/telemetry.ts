import type { Logger, Meter } from '../../core/module'
import type { Format } from './exposition'

/** Logs and metrics of this process. */
export interface Telemetry {
  /** A logger whose lines carry `logger: name`. */
  log(name: string): Logger
  /** The line of every answered request. */
  requestLine(name: string): RequestLine
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

/** A request as its line names it: words of this program's own, in which nothing is looked for secrets. */
export interface Named {
  /** Debug level in the place of info. */
  readonly quiet: boolean
  readonly operation: string | undefined
}

/**
 * Makes what writes the line of an answered request, once for each place that requests are sent to: `endpoint` is the route pattern,
 * `principal` a name for the caller that tells nobody who it is.
 */
export type RequestLine = (
  method: string,
  endpoint: string,
) => (request: Named, principal: string | undefined, status: number, milliseconds: number) => void

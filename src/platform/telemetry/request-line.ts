import type { Logger } from '../../core/module'
import { levels, timeOf } from './line'
import type { LogOptions } from './output'
import { currentRequestId } from './request-id'
import type { Named, RequestLine } from './telemetry'

/** To two decimals. */
const rounded = (milliseconds: number) => Math.round(milliseconds * 100) / 100

/**
 * The line that a busy server writes most. In JSON it is laid down in pieces, nearly all of them ready: the same as `log` would write, without its
 * objects and texts.
 */
export function createRequestLine(name: string, options: LogOptions, log: Logger): RequestLine {
  const { format } = options
  const shown = { debug: shows(options, 'DEBUG'), info: shows(options, 'INFO') }
  const layJson = createLaying(name, options)
  return (method, endpoint) => {
    const lay = layJson(method, endpoint)
    return (request, principal, status, milliseconds) => {
      const { quiet, operation } = request
      const level = quiet ? 'debug' : 'info'
      if (!shown[level]) return
      const duration_ms = rounded(milliseconds)
      const id = format === 'json' ? currentRequestId() : undefined
      if (id === undefined)
        log[level]('request', { method, endpoint, operation, principal, status, duration_ms })
      else lay(id, request, principal, status, duration_ms)
    }
  }
}

const shows = ({ level }: LogOptions, one: LogOptions['level']) =>
  levels.indexOf(one) >= levels.indexOf(level)

/** Ids are made of letters, digits and `._-` and need no escaping, and so are the names of callers. */
function createLaying(name: string, { output, now }: LogOptions) {
  const { pieces } = output
  const head = createHead(name)
  return (method: string, endpoint: string) => {
    const rest = createRest({ method, endpoint })
    return (
      id: string,
      { quiet, operation }: Named,
      principal: string | undefined,
      status: number,
      ms: number,
    ) => {
      const about = rest(operation, principal, status)
      pieces.push(head(now(), quiet), id, about, String(ms), '}\n')
      output.added(about.length + 200)
    }
  }
}

/** What stands before the id; many lines are of one millisecond. */
function createHead(name: string) {
  let last = { at: Number.NaN, quiet: false, text: '' }
  return (at: number, quiet: boolean): string => {
    if (at !== last.at || quiet !== last.quiet) {
      const level = quiet ? 'DEBUG' : 'INFO'
      const text = `{"timestamp":"${timeOf(at)}","level":"${level}","logger":"${name}","message":"request","request_id":"`
      last = { at, quiet, text }
    }
    return last.text
  }
}

/** What stands between the id and the time; many requests are like the one before. */
function createRest(sent: { method: string; endpoint: string }) {
  let last:
    | { operation: string | undefined; principal: string | undefined; status: number; text: string }
    | undefined
  return (operation: string | undefined, principal: string | undefined, status: number): string => {
    if (last?.status !== status || last.principal !== principal || last.operation !== operation) {
      const members = JSON.stringify({ ...sent, operation, principal, status }).slice(1, -1)
      last = { operation, principal, status, text: `",${members},"duration_ms":` }
    }
    return last.text
  }
}

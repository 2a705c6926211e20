import { type Child, type Exemplar, escapeLabel, type Family } from './family'

/** The two text formats that Prometheus reads. */
export type Format = 'text' | 'openmetrics'

export const contentTypes: Record<Format, string> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/** What an `Accept` header prefers: OpenMetrics when it is named with at least the weight of plain text. */
export function formatOf(accept: string | null): Format {
  const weights: Record<string, number> = {}
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const quality = parameters.find((part) => part.startsWith('q='))
    weights[type] = Math.max(weights[type] ?? 0, quality === undefined ? 1 : Number(quality.slice(2)) || 0)
  }
  const openmetrics = weights['application/openmetrics-text'] ?? 0
  return openmetrics > 0 && openmetrics >= (weights['text/plain'] ?? 0) ? 'openmetrics' : 'text'
}

/** Milliseconds of rendering after which other work has its turn: a large scrape must not delay a small request. */
const sliceMs = 2
/** Label sets rendered between two looks at the clock. */
const stride = 64

/** Every family as text. Gives way to other work while it renders; one label set is always of one moment. */
export async function expose(families: Iterable<Family>, format: Format): Promise<string> {
  const parts: string[] = []
  let since = performance.now()
  let left = stride
  for (const family of families) {
    parts.push(headOf(family, format))
    const write = writerOf(family, format)
    for (const child of family.children()) {
      parts.push(write(child))
      if (--left > 0) continue
      left = stride
      if (performance.now() - since < sliceMs) continue
      await new Promise((resolve) => setImmediate(resolve))
      since = performance.now()
    }
  }
  if (format === 'openmetrics') parts.push('# EOF\n')
  return parts.join('')
}

const escapeHelp: Record<Format, (text: string) => string> = {
  text: (text) => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n'),
  openmetrics: escapeLabel,
}

/** OpenMetrics names the family of a counter without the `_total` of its series. */
function headOf({ name, help, kind }: Family, format: Format): string {
  const family = format === 'openmetrics' && kind === 'counter' ? name.replace(/_total$/, '') : name
  return `# HELP ${family} ${escapeHelp[format](help)}\n# TYPE ${family} ${kind}\n`
}

function writerOf(family: Family, format: Format): (child: Child) => string {
  const { name, kind } = family
  if (kind === 'histogram') return histogramWriter(family, format)
  return ({ text, value, exemplars }) => {
    const labels = text === '' ? '' : `{${text}}`
    return `${name}${labels} ${numberText(value)}${exemplarText(exemplars[0], format)}\n`
  }
}

function histogramWriter({ name, bounds }: Family, format: Format): (child: Child) => string {
  const bucket = [...bounds.map((bound) => boundText(bound, format)), '+Inf'].map((le) => `le="${le}"} `)
  return ({ text, value, counts, exemplars }) => {
    const start = text === '' ? `${name}_bucket{` : `${name}_bucket{${text},`
    const labels = text === '' ? ' ' : `{${text}} `
    let lines = ''
    let total = 0
    for (let at = 0; at < bucket.length; at++) {
      total += counts[at]!
      lines += `${start}${bucket[at]}${total}${exemplarText(exemplars[at], format)}\n`
    }
    return `${lines}${name}_sum${labels}${numberText(value)}\n${name}_count${labels}${total}\n`
  }
}

const exemplarText = (exemplar: Exemplar | undefined, format: Format): string =>
  exemplar && format === 'openmetrics'
    ? ` # {request_id="${escapeLabel(exemplar.requestId)}"} ${numberText(exemplar.value)} ${exemplar.at / 1000}`
    : ''

/** OpenMetrics writes whole bounds as `1.0`, so that one bound has one name. */
const boundText = (bound: number, format: Format): string =>
  format === 'openmetrics' && Number.isInteger(bound) ? `${bound}.0` : String(bound)

/** A float as both formats write it. */
export function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

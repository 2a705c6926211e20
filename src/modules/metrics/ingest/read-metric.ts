import type { Faults } from './faults'
import { limits, type MetricLimits, nestsDeeper } from './limits'
import { readMetadata } from './metadata'
import { type Draft, type Metric, type MetricType, metricTypes } from './metric'
import { readNumber } from './numbers'
import type { SenderSeries } from './series'
import { readTimestamp } from './timestamp'

export interface ReadContext {
  series: SenderSeries
  limits: MetricLimits
  /** Milliseconds since the epoch. */
  now: number
  faults: Faults
  /** Place of the metric in the submission. */
  index: number
  /** Told of a fault in the dimensions, or in the metadata, under the path of its key. */
  reportDimension(path: string, message: string): void
  reportMetadata(path: string, message: string): void
}

/** What all metrics of a submission are read with; `index` is counted up by the reader. */
export function createReadContext(
  parts: Pick<ReadContext, 'series' | 'limits' | 'now' | 'faults'>,
): ReadContext {
  const context: ReadContext = {
    ...parts,
    index: 0,
    reportDimension: (path, message) => wrong(context, `dimensions${path}`, message),
    reportMetadata: (path, message) => wrong(context, `metadata${path}`, message),
  }
  return context
}

const types = new Set<string>(metricTypes)

/** Checks one metric and brings it into its stored form. Null, and at least one fault in the context, for one that does not fit. */
export function readMetric(draft: Draft, context: ReadContext): Metric | null {
  const { faults, now } = context
  const before = faults.form.length + faults.values.length
  if (typeof draft !== 'object' || draft === null || Array.isArray(draft)) {
    misformed(context, undefined, 'model_attributes_type', 'Input should be a valid dictionary or object')
    return null
  }
  const type = readType(draft, context)
  const at = draft.timestamp === undefined ? now : readTime(draft.timestamp, context)
  const value = readValue(draft, context)
  const durationMs = readDuration(draft.duration_ms, context)
  const dimensions = readObject(draft.dimensions, 'dimensions', context)
  const metadata = readObject(draft.metadata, 'metadata', context)
  const series = context.series.of(type, dimensions, context.limits, context.reportDimension)
  const text = metadata === undefined ? null : readMetadata(metadata, context.reportMetadata)
  if (faults.form.length + faults.values.length > before) return null
  return { series, at, value, durationMs, metadata: text }
}

function misformed({ faults, index }: ReadContext, field: string | undefined, type: string, msg: string) {
  faults.form.push({ type, loc: ['body', 'metrics', index, ...(field === undefined ? [] : [field])], msg })
}

function wrong({ faults, index }: ReadContext, path: string, message: string): void {
  faults.values.push(`metrics[${index}].${path}: ${message}`)
}

function readType({ type }: Draft, context: ReadContext): MetricType {
  if (types.has(type as string)) return type as MetricType
  if (type === undefined) misformed(context, 'type', 'missing', 'Field required')
  else {
    const known = metricTypes.map((name) => `'${name}'`)
    const list = `${known.slice(0, -1).join(', ')} or ${known.at(-1)}`
    misformed(context, 'type', 'enum', `Input should be ${list}`)
  }
  return 'custom'
}

function readTime(timestamp: unknown, context: ReadContext): number {
  const at = readTimestamp(timestamp)
  if (at !== undefined) {
    if (at > context.now + limits.future) wrong(context, 'timestamp', 'Timestamp is too far in the future')
    return at
  }
  if (timestamp === null) wrong(context, 'timestamp', 'Timestamp must be datetime')
  else
    misformed(context, 'timestamp', 'datetime_from_date_parsing', 'Input should be a valid datetime or date')
  return 0
}

function readValue({ value }: Draft, context: ReadContext): number {
  const number = readNumber(value)
  if (number === undefined) {
    if (value === undefined) misformed(context, 'value', 'missing', 'Field required')
    else misformed(context, 'value', 'float_parsing', 'Input should be a valid number')
    return 0
  }
  const most = context.limits.value
  if (!(number >= -most && number <= most))
    wrong(context, 'value', `Value must be a number between -${most} and ${most}`)
  return number
}

function readDuration(given: unknown, context: ReadContext): number | null {
  if (given === undefined || given === null) return null
  const duration = readNumber(given)
  if (duration === undefined)
    misformed(context, 'duration_ms', 'float_parsing', 'Input should be a valid number')
  else if (!(duration >= 0 && duration <= limits.duration))
    wrong(context, 'duration_ms', `Duration must be a number between 0 and ${limits.duration} (24 hours)`)
  return duration ?? 0
}

function readObject(
  given: unknown,
  field: string,
  context: ReadContext,
): Record<string, unknown> | undefined {
  if (given === undefined) return undefined
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    misformed(context, field, 'dict_type', 'Input should be a valid dictionary')
    return undefined
  }
  const object = given as Record<string, unknown>
  for (const key in object) {
    if (!nestsDeeper(object[key], limits.nesting)) continue
    wrong(context, `${field}.${key.slice(0, limits.key)}`, `Value nests deeper than ${limits.nesting} levels`)
    return undefined
  }
  return object
}

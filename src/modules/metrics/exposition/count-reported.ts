import type { Meter } from '../../../core/module'
import type { AcceptedListener } from '../ingest/accept'
import type { Metric, MetricType, Series } from '../ingest/metric'
import { createLabelValues, type LabelLimits } from './label-values'
import type { ExpositionOptions } from './options'
import { type ReportedSeries, reportedSeries } from './reported-series'

/** Counts one metric of its type. */
type Count = (metric: Metric) => void

/**
 * Counts every metric that became durable in the series of its type. Counts begin at 0 with the process, as Prometheus expects of a
 * restart: `rate` and `increase` bridge it, and the database has what was counted before.
 */
export function countReported(meter: Meter, options: ExpositionOptions): AcceptedListener {
  const counts = new Map<MetricType, Count>()
  for (const [type, series] of Object.entries(reportedSeries))
    counts.set(type as MetricType, createCount(meter, type, series, options))
  return (metrics) => {
    for (const metric of metrics) counts.get(metric.series.type)?.(metric)
  }
}

function createCount(
  meter: Meter,
  type: string,
  reported: ReportedSeries,
  options: ExpositionOptions,
): Count {
  const { counter, histogram } = reported
  const names = ['service', 'metric_type', ...reported.labels]
  const add = counter && meter.counter(counter.name, counter.help, names)
  const observe = meter.histogram(histogram.name, histogram.help, names, options.buckets)
  const labelsOf = createLabels(type, reported.labels, options)
  const ofValue = histogram.of === 'value'
  const known = new WeakMap<Series, Count>()
  const countOf = (series: Series): Count => {
    const labels = labelsOf(series)
    const count = add?.of(labels)
    const observed = observe.of(labels)
    return ({ value, durationMs }) => {
      count?.(value)
      const seconds = ofValue ? value : (durationMs ?? 0) / 1000
      if (seconds > 0) observed(seconds)
    }
  }
  return (metric) => {
    let count = known.get(metric.series)
    if (!count) {
      count = countOf(metric.series)
      known.set(metric.series, count)
    }
    count(metric)
  }
}

type Labels = Record<string, string>

/** The labels of a series. */
function createLabels(
  type: string,
  names: readonly string[],
  limits: LabelLimits,
): (series: Series) => Labels {
  const value = createLabelValues(limits)
  return (series) => {
    const labels: Labels = { service: value('service', series.service), metric_type: type }
    for (const name of names) labels[name] = value(name, series.dimensions[name])
    return labels
  }
}

import type { Meter } from '../../../core/module'
import type { AcceptedListener } from '../ingest/accept'
import type { MetricType, Series } from '../ingest/metric'
import { createLabelValues, type LabelLimits } from './label-values'
import type { ExpositionOptions } from './options'
import { type ReportedSeries, reportedSeries } from './reported-series'
import { createTally, type Tally } from './tally'

/**
 * Counts every metric that became durable in the series of its type. Counts begin at 0 with the process, as Prometheus expects of a
 * restart: `rate` and `increase` bridge it, and the database has what was counted before.
 */
export function countReported(meter: Meter, options: ExpositionOptions): AcceptedListener {
  const tallies = new Map<MetricType, Tally>()
  for (const [type, series] of Object.entries(reportedSeries))
    tallies.set(type as MetricType, tallyOf(meter, type, series, options))
  return ({ series, value, duration }) => {
    let type: MetricType | undefined
    let tally: Tally | undefined
    for (let row = 0; row < series.length; row++) {
      const one = series[row]!
      // Most often a request is of one type.
      if (one.type !== type) tally = tallies.get(one.type)
      type = one.type
      tally?.add(one, value[row]!, duration[row]!)
    }
    for (const tally of tallies.values()) tally.end()
  }
}

function tallyOf(meter: Meter, type: string, reported: ReportedSeries, options: ExpositionOptions): Tally {
  const { counter, histogram } = reported
  const names = ['service', 'metric_type', ...reported.labels]
  const tally = createTally({
    count: counter && meter.counter(counter.name, counter.help, names),
    observe: meter.histogram(histogram.name, histogram.help, names, options.buckets),
    bounds: options.buckets,
    ofValue: histogram.of === 'value',
    labelsOf: createLabels(type, reported.labels, options),
  })
  meter.onExposition(tally.flush)
  return tally
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

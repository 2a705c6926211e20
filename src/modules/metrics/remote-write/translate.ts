import type { Draft } from '../ingest/metric'
import { addDimension, instanceName, serviceName } from '../translate/dimensions'
import { distributionDrafts, draftOf } from '../translate/distribution'
import type { Group } from '../translate/group'
import type { WrittenSeries } from './messages'
import { readHistogram } from './native-histogram'

/** What a request came to. */
export interface Written {
  groups: Group[]
  samples: number
  histograms: number
  exemplars: number
  /** Series that cannot be understood, with the reason. */
  faults: string[]
}

/** Series as custom metrics, a group for each `job` and `instance`. */
export function translateSeries(series: readonly WrittenSeries[]): Written {
  const written: Written = { groups: [], samples: 0, histograms: 0, exemplars: 0, faults: [] }
  const groups = new Map<string, Group>()
  for (const one of series) {
    try {
      translateOne(one, written, groups)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      written.faults.push(error.message)
    }
  }
  written.groups = [...groups.values()]
  return written
}

function translateOne(series: WrittenSeries, written: Written, groups: Map<string, Group>): void {
  const { samples, histograms, exemplars } = series
  const { name, dimensions, job, instance } = readLabels(series)
  const group = groupFor(groups, job, instance)
  const drafts = samples.flatMap(({ value, timestamp: at }) => sampleDraft(name, dimensions, value, at))
  for (const histogram of histograms) {
    const { count, buckets } = readHistogram(histogram)
    const { sum, timestamp: at } = histogram
    // The mark of a series that has ended.
    if (!Number.isNaN(sum)) drafts.push(...distributionDrafts({ name, dimensions, at, buckets, count, sum }))
  }
  for (const draft of drafts) group.metrics.push(draft)
  group.points += samples.length + histograms.length
  written.samples += samples.length
  written.histograms += histograms.length
  written.exemplars += exemplars.length
}

/** Prometheus writes NaN where a series ends and where there is nothing to tell: an absent row says the same. */
const sampleDraft = (name: string, dimensions: Record<string, string>, value: number, at: number): Draft[] =>
  Number.isNaN(value) ? [] : [draftOf(name, dimensions, { at, value })]

function readLabels({ labels }: WrittenSeries) {
  const dimensions: Record<string, string> = {}
  let [name, job, instance] = ['', '', '']
  for (const label of labels) {
    if (label.name === '__name__') name = label.value
    else if (label.value !== '') addDimension(dimensions, label.name, label.value)
    if (label.name === 'job') job = label.value
    if (label.name === 'instance') instance = label.value
  }
  if (name === '') throw new RangeError('a series has no name')
  return { name, dimensions, job, instance }
}

function groupFor(groups: Map<string, Group>, job: string, instance: string): Group {
  const key = `${job}\u0001${instance}`
  const found = groups.get(key)
  if (found) return found
  const group: Group = { service: serviceName(job), instance: instanceName(instance), metrics: [], points: 0 }
  groups.set(key, group)
  return group
}

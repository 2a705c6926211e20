import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Meter } from '../../core/module'

/** Upper bounds in seconds: from a row in SQLite's cache to a call that waits for another service. */
export const durationBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
]

/** Counters, gauges and histograms in `registry`. A name asked for twice is the same series; with other labels it throws. */
export function createMeter(registry: Registry): Meter {
  const known = new Map<string, { shape: string; record: unknown }>()
  const once = <T>(kind: string, name: string, labels: string[], make: () => T): T => {
    const shape = `${kind}{${[...labels].sort().join(',')}}`
    const found = known.get(name)
    if (found && found.shape !== shape)
      throw new Error(`series ${name} is ${found.shape} already, not ${shape}`)
    if (found) return found.record as T
    const record = make()
    known.set(name, { shape, record })
    return record
  }
  const options = (name: string, help: string, labelNames: string[]) => ({
    name,
    help,
    labelNames,
    registers: [registry],
  })
  return {
    counter: (name, help, labels = []) =>
      once('counter', name, labels, () => {
        const series = new Counter(options(name, help, labels))
        return (by = 1, values) => (values ? series.inc(values, by) : series.inc(by))
      }),
    gauge: (name, help, labels = []) =>
      once('gauge', name, labels, () => {
        const series = new Gauge(options(name, help, labels))
        return (value, values) => (values ? series.set(values, value) : series.set(value))
      }),
    histogram: (name, help, labels = []) =>
      once('histogram', name, labels, () => {
        const series = new Histogram({ ...options(name, help, labels), buckets: durationBuckets })
        return (seconds, values) => (values ? series.observe(values, seconds) : series.observe(seconds))
      }),
  }
}

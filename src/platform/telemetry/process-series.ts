import type { MetricObjectWithValues, MetricValue } from 'prom-client'
import { once } from '../../core/once'
import { type Child, type Family, type Kind, labelText } from './family'

/** Of prom-client's default series, those that mean nothing outside of Node: Bun reports zeros or address space. */
const meaningless =
  /^(nodejs_heap_space_|nodejs_active_|nodejs_gc_|process_heap_bytes|process_virtual_memory_bytes)/

/**
 * Memory, processor time, file handles, start time and event-loop lag of this process, read when they are asked for. The library is loaded, and begins to
 * watch the event loop, when that is the first time: the start does not wait for it.
 */
export function createProcessSeries(): () => Promise<Family[]> {
  const watching = once(watch)
  return async () => (await (await watching()).getMetricsAsJSON()).map(familyOf)
}

async function watch() {
  const { collectDefaultMetrics, Registry } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const { name } of registry.getMetricsAsArray()) {
    if (meaningless.test(name)) registry.removeSingleMetric(name)
  }
  return registry
}

/** prom-client's type is an enum in its declarations and a word in its answers. */
function familyOf({ name, help, type, values }: MetricObjectWithValues<MetricValue<string>>): Family {
  const kind = String(type) as Kind
  const labelNames = [...new Set(values.flatMap(({ labels }) => Object.keys(labels)))]
  return {
    name,
    help,
    kind,
    labelNames,
    bounds: [],
    children: () => values.map((value) => childOf(labelNames, value)),
  }
}

function childOf(names: string[], { labels, value }: MetricValue<string>): Child {
  const own = names.map((name) => String(labels[name] ?? ''))
  return { labels: own, text: labelText(names, own), value, counts: [], exemplars: [] }
}

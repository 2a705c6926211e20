import type { Logger, Meter } from '../../../src/core/module'
import type { Principal } from '../../../src/core/principal'

export const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** A meter that keeps the last or summed value of each series: `name{label="…"}`. `expose` is what a scrape does. */
export function createTestMeter(): Meter & { values: Map<string, number>; expose(): void } {
  const values = new Map<string, number>()
  const samples: (() => void)[] = []
  const key = (name: string, labels: Record<string, string> = {}) =>
    `${name} ${Object.values(labels).join(' ')}`.trim()
  return {
    values,
    counter(name) {
      const add = (by = 1, labels?: Record<string, string>) =>
        void values.set(key(name, labels), (values.get(key(name, labels)) ?? 0) + by)
      return Object.assign(add, { of: (labels: Record<string, string>) => (by: number) => add(by, labels) })
    },
    gauge: (name) => (value, labels) => void values.set(key(name, labels), value),
    histogram: () => Object.assign(() => {}, { of: () => () => {} }),
    onExposition: (sample) => void samples.push(sample),
    expose() {
      for (const sample of samples) sample()
    },
    readings: async () => [],
  }
}

export const principalOf = (id: string, more: Partial<Principal> = {}): Principal => ({
  id,
  tier: 'free',
  scopes: ['*'],
  kind: 'key',
  ...more,
})

/** What a metric may hold. */
export interface MetricLimits {
  dimensions: number
  /** The value lies between minus this and this. */
  value: number
}

const day = 86_400_000

export const limits = {
  /** Metrics of a request. */
  metrics: 2048,
  /** Characters. */
  service: 50,
  version: 20,
  instance: 50,
  key: 50,
  dimensionValue: 200,
  metadata: 30,
  metadataValue: 1000,
  /** Objects and lists within each other: `metadataValue` holds no more, and what walks them must not run out of stack. */
  nesting: 500,
  idempotencyKey: 200,
  /** Milliseconds. */
  duration: day,
  future: 5 * 60 * 1000,
} as const

/** True for a text of more characters; an emoji, which a string holds as two units, is one. */
export const isLonger = (text: string, most: number): boolean =>
  text.length > most && (text.length > 2 * most || [...text].length > most)

/** True for a value whose objects and lists stand within each other more often. */
export const nestsDeeper = (value: unknown, most: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (most === 0 || Object.values(value).some((inner) => nestsDeeper(inner, most - 1)))

export const usual: MetricLimits = { dimensions: 20, value: 1e12 }
export const wide: MetricLimits = { dimensions: 64, value: Number.MAX_VALUE }

import { type Setting, settings } from '../../../core/setting'

const seconds: Setting<number[]> = {
  kind: 'comma list of seconds',
  default: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
  defaultText: '0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2.5,5,10,30,60,120,300',
  example: '0.01,0.1,1,10',
  description: 'Upper bounds of the histograms of reported durations and of protocol latency, ascending.',
  parse(text) {
    const bounds = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
    const ascend = bounds.every(
      (bound, at) => Number.isFinite(bound) && bound > (bounds[at - 1] ?? -Infinity),
    )
    if (!ascend || bounds.length > 100) throw new Error('must be at most 100 numbers in ascending order')
    return bounds
  },
}

/** Settings of what the Prometheus port tells about reported metrics. */
export const expositionSettings = {
  METRICS_MAX_LABEL_CARDINALITY: settings.int(
    1,
    100_000,
  )({
    default: 150,
    description: 'Distinct values of one label on the Prometheus port; later ones are counted as `_other`.',
  }),
  METRICS_MAX_LABEL_LENGTH: settings.int(
    1,
    1000,
  )({
    default: 96,
    description: 'Characters of a label value on the Prometheus port; the rest is cut off.',
  }),
  HISTOGRAM_BUCKET_BOUNDARIES: seconds,
  METRICS_SELF_SECONDS: settings.int(
    0,
    3600,
  )({
    default: 60,
    description:
      'Seconds between two looks at the server’s own series, which are stored as metrics of the service holdfast where they changed; 0 stores none.',
  }),
} as const

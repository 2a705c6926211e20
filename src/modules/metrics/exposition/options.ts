import type { Values } from '../../../core/setting'
import type { LabelLimits } from './label-values'
import type { expositionSettings } from './settings'

/** How the Prometheus port tells what was reported. */
export interface ExpositionOptions extends LabelLimits {
  /** Upper bounds of the histograms, in seconds. */
  buckets: number[]
}

export const expositionOptions = (values: Values<typeof expositionSettings>): ExpositionOptions => ({
  cardinality: values.METRICS_MAX_LABEL_CARDINALITY,
  length: values.METRICS_MAX_LABEL_LENGTH,
  buckets: values.HISTOGRAM_BUCKET_BOUNDARIES,
})

import type { Operation } from '../../../core/operation'
import { listMetricDimensions } from './list-metric-dimensions'
import { listRawMetrics } from './list-raw-metrics'
import { listServices } from './list-senders'
import { listMetricTypes } from './metric-catalog'
import { queryMetrics } from './query-metrics'
import type { Reading } from './reading'

/** Everything that reads stored metrics as they are. */
export const queries = (reading: Reading): Operation[] => [
  queryMetrics(reading),
  listServices(reading),
  listRawMetrics(reading),
  listMetricTypes(reading),
  listMetricDimensions(reading),
]

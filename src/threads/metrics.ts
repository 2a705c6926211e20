import { metricsMigrations } from '../../migrations/metrics'
import type { LocalProgram } from '../core/local-database'
import { metricsProgram } from '../modules/metrics/store/program'
import { serveLocal } from '../platform/storage/local/thread'

declare const self: Worker

/** Entry of the threads of metrics.db. */
serveLocal(self, metricsProgram as LocalProgram, metricsMigrations)

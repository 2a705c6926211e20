import { settings, type Values } from '../../core/setting'
import { expositionSettings } from './exposition/settings'

/** Settings of metrics. */
export const metricsSettings = {
  SQLITE_DB_PATH: settings.path({
    default: undefined,
    defaultText: '$DATA_DIR/metrics.db',
    example: '/var/lib/sqlite/metrics.db',
    description:
      'SQLite file of the metrics, always on this machine. Its log stands beside it, in `<file>-log`.',
  }),
  METRICS_RATE_LIMIT: settings.int(
    1,
    100_000_000,
  )({
    default: 1000,
    description:
      'Requests a minute that one key may send metrics with, unless it has a limit of its own (`keys create --rate-limit`).',
  }),
  METRICS_RETENTION_DAYS: settings.int(
    1,
    36_500,
  )({
    default: 90,
    description:
      'Days that raw metrics are kept, unless their policy was changed by PUT /admin/retention/policies.',
  }),
  BATCH_SIZE: settings.int(
    1,
    1_000_000,
  )({
    default: 100,
    description:
      'As soon as so many acknowledged metrics wait in the log, they are moved into the tables; under load every few seconds.',
  }),
  FLUSH_INTERVAL_SECONDS: settings.int(
    1,
    3600,
  )({
    default: 30,
    description:
      'Acknowledged metrics are moved from the log into the tables after so many seconds at the latest; on a machine that is not busy within 0.1, under load within some.',
  }),
  ...expositionSettings,
} as const

export type MetricsSettings = Values<typeof metricsSettings>

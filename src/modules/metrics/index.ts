import { defineModule } from '../../core/module'
import { adminRoutes } from './admin/admin-routes'
import answers from './answers.json' with { type: 'json' }
import { dashboardRoutes } from './dashboard/dashboard-routes'
import { dataRoute } from './dashboard/data-route'
import { exportMetrics } from './export/export-metrics'
import { countIngest } from './exposition/count-ingest'
import { countReported } from './exposition/count-reported'
import { expositionOptions } from './exposition/options'
import { recordSelf } from './exposition/record-self'
import { showRateLimit } from './exposition/show-rate-limit'
import { createIngest } from './ingest/accept'
import { flush } from './ingest/flush'
import { getRateLimit } from './ingest/get-rate-limit'
import { createIdempotency } from './ingest/idempotency'
import { postMetrics } from './ingest/post-metrics'
import { createRateLimit } from './ingest/rate-limit'
import { createSeriesCache } from './ingest/series'
import { createUsualReader } from './ingest/usual/read-usual'
import { postExport } from './otlp/post-export'
import { promqlRoutes } from './promql/api/routes'
import { queries } from './query/operations'
import { readingOf } from './query/reading'
import { postWrite } from './remote-write/post-write'
import { createCleanup } from './retention/cleanup'
import { scheduleCleanup } from './retention/schedule'
import { rebuildMetrics } from './rollups/rebuild-metrics'
import { metricsSettings } from './settings'
import { metricsFiles } from './store/files'
import { openStore } from './store/open'
import { metricsPrompts } from './tools/prompts'
import { tools } from './tools/tools'
import { importMetrics } from './transfer/import-metrics'
import { createUsageLog } from './usage/usage-log'

/** Collects what MCP servers, gateways and registries report, and gives it back. */
export const metrics = defineModule({
  name: 'metrics',
  title: 'Metrics',
  description: 'Metrics of MCP servers, gateways and registries: durable ingest, retention, queries.',
  settings: metricsSettings,
  scopes: ['metrics:read', 'metrics:write', 'metrics:admin'],
  files: metricsFiles,
  answers,
  start(host) {
    const store = openStore(host)
    const ready = store.openExisting()
    const idempotency = createIdempotency(store)
    const series = createSeriesCache()
    const exposed = expositionOptions(host.settings)
    const uncounted = createIngest(store, idempotency, series, host.now)
    const ingest = countIngest(uncounted, host.meter, exposed)
    ingest.onAccepted(countReported(host.meter, exposed))
    const reading = readingOf(store, host.now)
    const rateLimit = showRateLimit(
      createRateLimit(host.settings.METRICS_RATE_LIMIT, host.now),
      host.meter,
      exposed,
    )
    const { now, log } = host
    const rawDays = host.settings.METRICS_RETENTION_DAYS
    const cleanup = createCleanup({ db: store.db, now, rawDays })
    const usage = createUsageLog(store.db, host)
    const begun: (() => void)[] = []
    return {
      operations: [
        ...queries(reading),
        ...tools(reading),
        rebuildMetrics(store),
        importMetrics({ ...host, store, idempotency }),
      ],
      prompts: metricsPrompts,
      ready,
      routes: [
        ...[
          postMetrics(ingest, rateLimit, createUsualReader(series, host.now)),
          postExport(ingest, rateLimit),
          postWrite(ingest, rateLimit),
          flush(store, rateLimit),
          getRateLimit(rateLimit),
        ].map(usage.noted),
        ...adminRoutes({ store, cleanup, now, rawDays }),
        ...dashboardRoutes(),
        dataRoute(store, host.now),
        ...promqlRoutes(reading, exposed.buckets),
        exportMetrics(reading),
      ],
      check: async () => store.check(),
      begin() {
        const seconds = host.settings.METRICS_SELF_SECONDS
        begun.push(scheduleCleanup({ cleanup, db: store.db, now, log }))
        begun.push(recordSelf({ ...host, ingest: uncounted, seconds }))
      },
      async stop() {
        for (const end of begun) end()
        await usage.close()
        await store.close()
      },
    }
  },
})

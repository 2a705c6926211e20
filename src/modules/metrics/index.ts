import { defineModule } from '../../core/module'
import { createIngest } from './ingest/accept'
import { flush } from './ingest/flush'
import { getRateLimit } from './ingest/get-rate-limit'
import { postMetrics } from './ingest/post-metrics'
import { createRateLimit } from './ingest/rate-limit'
import { metricsSettings } from './settings'
import { openStore } from './store/open'

/** Collects what MCP servers, gateways and registries report, and gives it back. */
export const metrics = defineModule({
  name: 'metrics',
  title: 'Metrics',
  description: 'Metrics of MCP servers, gateways and registries: durable ingest, retention, queries.',
  settings: metricsSettings,
  start(host) {
    const store = openStore(host)
    const ingest = createIngest(store, host.now)
    const rateLimit = createRateLimit(host.settings.METRICS_RATE_LIMIT, host.now)
    return {
      operations: [],
      routes: [postMetrics(ingest, rateLimit), flush(store, rateLimit), getRateLimit(rateLimit)],
      stop: () => store.close(),
    }
  },
})

import type { Host } from '../../../core/module'
import type { Part } from '../part'
import type { CodeSettings } from '../settings'
import { heedPush } from './heed-push'
import { webhookRoutes } from './routes'

/** Pushes that hosts tell of. */
export const webhooksPart = (host: Host<CodeSettings>): Part => ({
  routes: webhookRoutes(host),
  jobs: [heedPush(host)],
})

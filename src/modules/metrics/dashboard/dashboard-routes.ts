import type { RawRoute } from '../../../core/module'
import { pageRoutes } from '../../../core/page'
import { assets } from './assets'
import { documentOf } from './document'

/** `GET /dashboard/metrics` and the files it names. */
export const dashboardRoutes = (): RawRoute[] =>
  pageRoutes({
    path: '/dashboard/metrics',
    title: 'Dashboard of metrics',
    description:
      'A page for browsers: request rate, errors, latency, tools and services. It asks for an admin key.',
    document: documentOf,
    files: assets,
  })

import type { Config } from '../config/settings'
import type { Dispatcher } from '../dispatch/dispatch'
import type { Health, Report } from './health'
import { reportResponse } from './reports'
import type { Route } from './routes'

export interface PageParts {
  config: Pick<Config, 'HEALTH_CHECK_ENDPOINT' | 'STATUS_ENDPOINT' | 'MCP_SERVER_NAME'>
  version: string
  dispatcher: Pick<Dispatcher, 'mounted'>
  health: Health
}

/** A page that takes no input and no credential. */
interface Page {
  path: string
  title: string
  description: string
  report(): Report | Promise<Report>
  /** The path whose example it has, where settings move it. */
  shown?: string
  /** Other statuses than 200 that it may answer with. */
  also?: number[]
}

/** `/`, health, status and the probes. */
export function pageRoutes(parts: PageParts, detailOf: (page: Page) => Record<string, unknown>): Route[] {
  return pagesOf(parts).map((page) => ({
    method: 'GET',
    path: page.path,
    quiet: page.path !== '/',
    detail: () => detailOf(page),
    handle: async () => reportResponse(await page.report()),
  }))
}

export type { Page }

function pagesOf(parts: PageParts): Page[] {
  const { config, health } = parts
  return [
    {
      path: '/',
      title: 'What this is',
      description: 'Name, version and where everything else is.',
      report: () => ({ status: 200, body: root(parts) }),
    },
    {
      path: config.HEALTH_CHECK_ENDPOINT,
      shown: '/health',
      title: 'Health',
      description: 'Whether the server works. `degraded`: an optional part is down.',
      report: () => health.health(),
      also: [503],
    },
    {
      path: config.STATUS_ENDPOINT,
      shown: '/status',
      title: 'Status',
      description: 'Every component by name, and how busy the server is.',
      report: () => health.status(),
    },
    ...probesOf(health),
  ]
}

function probesOf(health: Health): Page[] {
  return [
    { path: '/healthz', title: 'Alive', description: '200 while the process lives.', report: health.live },
    {
      path: '/livez',
      title: 'Liveness probe',
      description: '200 while the event loop turns; looks at nothing else.',
      report: health.live,
    },
    {
      path: '/readyz',
      title: 'Readiness probe',
      description: '200 when the database answers, the schema is right and the server is not shutting down.',
      report: health.ready,
      also: [503],
    },
    {
      path: '/startupz',
      title: 'Startup probe',
      description: '200 once the schema is right.',
      report: health.startup,
      also: [503],
    },
  ]
}

function root({ config, version, dispatcher }: PageParts): Record<string, unknown> {
  const modules = dispatcher.mounted.map(({ module, title, description, routes }) => {
    const dashboard = `/dashboard/${module}`
    const shown = routes.some(({ path }) => path === dashboard)
    return { name: module, title, description, mcp: `/mcp/${module}`, ...(shown && { dashboard }) }
  })
  return {
    name: config.MCP_SERVER_NAME,
    version,
    links: {
      mcp: '/mcp',
      api: '/api/v1',
      swagger: '/swagger',
      openapi: '/openapi.json',
      connect: '/connect',
      health: config.HEALTH_CHECK_ENDPOINT,
      status: config.STATUS_ENDPOINT,
    },
    modules,
  }
}

import { contentTypes, formatOf } from '../telemetry/exposition'
import type { Telemetry } from '../telemetry/telemetry'
import type { Health } from './health'
import { reportResponse } from './reports'

export interface ProbeParts {
  health: Health
  telemetry: Pick<Telemetry, 'exposition'>
}

/** What the Prometheus port answers: `/metrics` and the probes, under any Host, because orchestrators send addresses. */
export interface Probes {
  fetch(request: Request): Promise<Response>
}

export function createProbes({ health, telemetry }: ProbeParts): Probes {
  const pages: Record<string, (request: Request) => Promise<Response>> = {
    '/metrics': (request) => scrape(telemetry, request.headers.get('accept')),
    '/livez': async () => reportResponse(health.live()),
    '/healthz': async () => reportResponse(health.live()),
    '/readyz': async () => reportResponse(await health.ready()),
    '/startupz': async () => reportResponse(await health.startup()),
  }
  return {
    async fetch(request) {
      const page = pages[pathOf(request.url)]
      if (!page) return text(`There is nothing here; there are ${Object.keys(pages).join(', ')}\n`, 404)
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return text('Only GET\n', 405, undefined, { Allow: 'GET, HEAD' })
      }
      return page(request)
    },
  }
}

/** OpenMetrics, with exemplars, for those that ask for it; plain text for everyone else. */
async function scrape(telemetry: ProbeParts['telemetry'], accept: string | null): Promise<Response> {
  const format = formatOf(accept)
  return text(await telemetry.exposition(format), 200, contentTypes[format], { Vary: 'Accept' })
}

let newest = { url: '', path: '' }

/** The path of an absolute URL, or of the bare path that a request without Host has. One often comes again and again. */
export function pathOf(url: string): string {
  if (url !== newest.url) newest = { url, path: cutPath(url) }
  return newest.path
}

function cutPath(url: string): string {
  const from = url.startsWith('/') ? 0 : url.indexOf('/', url.indexOf('://') + 3)
  const query = url.indexOf('?', from)
  return url.slice(from, query < 0 ? undefined : query)
}

function text(body: string, status: number, type = 'text/plain; charset=utf-8', headers = {}): Response {
  const security = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }
  return new Response(body, { status, headers: { 'Content-Type': type, ...security, ...headers } })
}

import type { Report } from './health'

/** A report as an answer; never kept by a cache. */
export function reportResponse({ status, body, headers }: Report): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
  })
}

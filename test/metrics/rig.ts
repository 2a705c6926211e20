import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import { createKey } from '../../src/platform/identity/keys'
import { startApp, type TestApp, type TestAppOptions } from '../kit/app'

/** A server with an ingest key, and ways to send metrics and look at what is stored. */
export interface MetricsRig extends TestApp {
  /** Ingest key of the service `auth-server`. */
  ingestKey: string
  post(body: unknown, key?: string | null, headers?: Record<string, string>): Promise<Response>
  /** Rows of the file, after everything that was acknowledged is in the tables. */
  rows<T = Record<string, unknown>>(sql: string): Promise<T[]>
  /** Rows of the file at `path`, as it is. */
  store<T = Record<string, unknown>>(path: string, sql: string): Promise<T[]>
  addIngestKey(service: string): Promise<string>
}

export async function startMetrics(options: TestAppOptions = {}): Promise<MetricsRig> {
  const env = { METRICS_RATE_LIMIT: '1000000', ...options.env }
  const app = await startApp({ ...options, env })
  const addIngestKey = async (service: string) => (await createKey(app.storage.system, { service })).key
  const ingestKey = await addIngestKey('auth-server')
  const post: MetricsRig['post'] = (body, key = ingestKey, headers = {}) =>
    app.send('/metrics', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key !== null && { 'x-api-key': key }), ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return {
    ...app,
    ingestKey,
    addIngestKey,
    post,
    async rows<T>(sql: string) {
      const flushed = await app.send('/flush', { method: 'POST', headers: { 'x-api-key': ingestKey } })
      if (!flushed.ok) throw new Error(await flushed.text())
      return read<T>(join(app.folder, 'metrics.db'), sql)
    },
    store: async <T>(path: string, sql: string) => read<T>(path, sql),
  }
}

function read<T>(path: string, sql: string): T[] {
  const db = new Database(path, { readonly: true })
  try {
    return db.query(sql).all() as T[]
  } finally {
    db.close()
  }
}

/** A request body with these metrics. */
export const request = (...metrics: Record<string, unknown>[]) => ({ service: 'auth-server', metrics })

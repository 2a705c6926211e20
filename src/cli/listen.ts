import type { App } from '../app'
import type { Config } from '../platform/config/settings'

export interface Listener {
  /** What it serves, for the line that is printed. */
  title: string
  url: string
  /** The port that was taken, also where 0 asked for any. */
  port: number
  /** Takes no new connections; resolves when the last request is answered, which open streams put off. */
  stop(): Promise<void>
  /** Closes every connection now. */
  abort(): void
}

/** The service, and the Prometheus exposition where it is wanted. Throws with one clear line when a port is not to be had. */
export function listen(app: App): Listener[] {
  const { config } = app
  const service = open(config, 'PORT', '', (request, server) => app.fetch(request, server))
  if (!config.OTEL_PROMETHEUS_ENABLED) return [{ ...service, title: 'Holdfast' }]
  try {
    const probes = open(config, 'OTEL_PROMETHEUS_PORT', '/metrics', (request) => app.probes.fetch(request))
    return [
      { ...service, title: 'Holdfast' },
      { ...probes, title: 'Prometheus' },
    ]
  } catch (error) {
    service.abort()
    throw error
  }
}

type Handler = (request: Request, server: Bun.Server<undefined>) => Promise<Response>
type PortSetting = 'PORT' | 'OTEL_PROMETHEUS_PORT'

function open(config: Config, setting: PortSetting, path: string, fetch: Handler): Omit<Listener, 'title'> {
  const port = config[setting]
  try {
    const server = Bun.serve({
      hostname: config.HOST,
      port,
      // The default shows errors as pages with stacks. Without it, Bun lets processes share a port and what comes to it.
      development: false,
      reusePort: false,
      idleTimeout: idleSeconds(config),
      maxRequestBodySize: Math.max(mostBytes, 2 * config.MAX_REQUEST_SIZE),
      fetch,
    })
    return {
      url: new URL(path || '/', server.url).href.replace(/\/$/, ''),
      port: server.port!,
      stop: () => server.stop(),
      abort: () => void server.stop(true),
    }
  } catch (error) {
    throw new Error(explain(error, setting, config.HOST, port), { cause: error })
  }
}

/**
 * Bun answers a body above its own limit without a word. Ours counts while it reads and explains itself, so Bun's stands far above where
 * only a mistake of ours would meet it.
 */
const mostBytes = 1024 ** 3

/**
 * Seconds of silence after which Bun closes a connection: longer than a call may take, and than the 15 s between two comments on an event
 * stream. 255 is the most that Bun takes; 0 is never.
 */
function idleSeconds({ REQUEST_TIMEOUT_SECONDS }: Config): number {
  const wanted = Math.max(60, REQUEST_TIMEOUT_SECONDS + 15)
  return wanted > 255 ? 0 : wanted
}

function explain(error: unknown, setting: PortSetting, host: string, port: number): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return `port ${port} on ${host} is busy: stop what listens there, or choose another with ${setting}`
  if (code === 'EACCES')
    return `port ${port} needs more rights than this process has: choose one above 1023 with ${setting}`
  if (code === 'EADDRNOTAVAIL') return `this machine has no address ${host}: correct HOST`
  return `cannot listen on ${host} port ${port} (${setting}): ${message}`
}

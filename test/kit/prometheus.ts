import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyFolder } from './folder'
import { type Started, start } from './process'

/** A real Prometheus (Debian's package). */
export interface Prometheus {
  url: string
  /** `data` of an answer of its API; throws its error. */
  ask<T>(path: string, parameters?: Record<string, string>): Promise<T>
  /** The instant vector of an expression. */
  query(expression: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]>
  /** What it has written to its log. */
  log(): string
  stop(): Promise<unknown>
}

/** Starts Prometheus with this configuration (YAML or JSON) in a folder of its own; `files` stand beside it. */
export async function startPrometheus(
  config: string,
  files: Record<string, string> = {},
): Promise<Prometheus> {
  const folder = emptyFolder()
  for (const [name, text] of Object.entries({ ...files, 'prometheus.yml': config }))
    writeFileSync(join(folder, name), text)
  const flags = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', anyPort]
  const server = start(flags, { cwd: folder, command: ['prometheus'] })
  const url = await readyUrl(server)
  const ask = async <T>(path: string, parameters: Record<string, string> = {}) => {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`)
    const body = (await answer.json()) as { status: string; data: T; error?: string }
    if (body.status !== 'success') throw new Error(`Prometheus: ${body.error}`)
    return body.data
  }
  return {
    url,
    ask,
    query: async (query) => (await ask<{ result: never[] }>('query', { query })).result,
    log: server.stderr,
    stop: () => server.end('SIGKILL'),
  }
}

export const anyPort = '--web.listen-address=127.0.0.1:0'

/** Where a Prometheus that was started with any port listens, once it answers. */
export async function readyUrl(server: Pick<Started, 'seen'>): Promise<string> {
  const [, address] = await server.seen(/msg="Listening on" address=(\S+)/)
  await server.seen(/Server is ready to receive web requests/)
  return `http://${address}`
}

/** Looks again and again until there is something; gives up after so many seconds. */
export async function eventually<T>(look: () => Promise<T | undefined>, seconds = 30): Promise<T> {
  const until = performance.now() + seconds * 1000
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > until) throw new Error(`nothing came within ${seconds} s`)
    await Bun.sleep(100)
  }
}

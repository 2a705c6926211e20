import type { Config } from '../../platform/config/settings'
import { scrub } from '../../platform/telemetry/scrub'
import { type Finding, fail, pass, warn } from './finding'

const patienceMs = 5000

/**
 * Goes out to PUBLIC_URL and comes back, as a client would: name, certificate, proxy, this server. `server` is the running one on this
 * machine; without it nothing that answers wrongly is a failure.
 */
export async function checkPublicUrl(config: Config, server: string | undefined): Promise<Finding[]> {
  const { PUBLIC_URL, HEALTH_CHECK_ENDPOINT: path } = config
  if (!PUBLIC_URL) return []
  const base = PUBLIC_URL.replace(/\/$/, '')
  const bad = (detail: string, next: string) => [
    server
      ? fail('public url', detail, next)
      : warn('public url', `${detail} (no server runs on this machine)`, `start the server, then: ${next}`),
  ]
  try {
    const there = await ask(base + path)
    if (there.status >= 300 && there.status < 400)
      return bad(
        `${base} leads elsewhere (${there.status})`,
        'set PUBLIC_URL to the address that answers itself: clients do not repeat a POST',
      )
    if (!there.version)
      return bad(
        `something else than Holdfast answers at ${base}${path} (${there.status})`,
        'lead the proxy’s whole host to this server',
      )
    const here = server ? await ask(server + path) : there
    if (here.version !== there.version)
      return bad(
        `${base} is served by version ${there.version}, this machine by ${here.version}`,
        'lead the proxy to this server, or wait for the deploy to end',
      )
    return [pass('public url', `${base} answers in ${there.milliseconds} ms, version ${there.version}`)]
  } catch (error) {
    return bad(`${base} cannot be reached: ${reasonOf(error)}`, adviceOn(error))
  }
}

interface Answer {
  status: number
  version: string | undefined
  milliseconds: number
}

async function ask(url: string): Promise<Answer> {
  const started = performance.now()
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patienceMs) })
  const body = Object(await response.json().catch(() => ({}))) as {
    version?: unknown
    uptime_seconds?: unknown
  }
  const ours = typeof body.version === 'string' && typeof body.uptime_seconds === 'number'
  return {
    status: response.status,
    version: ours ? String(body.version) : undefined,
    milliseconds: Math.round(performance.now() - started),
  }
}

const codeOf = (error: unknown) => String((error as { code?: unknown }).code ?? (error as Error).name)
const reasonOf = (error: unknown) => `${codeOf(error)}, ${scrub((error as Error).message)}`

function adviceOn(error: unknown): string {
  if (/CERT|SELF_SIGNED|TLS|UNABLE_TO/.test(codeOf(error)))
    return 'give the proxy a certificate for this name with its whole chain; a private authority goes into NODE_EXTRA_CA_CERTS'
  return 'check the name’s DNS entry, the proxy, and the firewall between'
}

import type { Config } from '../../platform/config/settings'
import { type Finding, pass, warn } from './finding'
import { localUrl } from './local-server'

/**
 * Whether the proxy in front may say who the client is. What the running server saw counts most; an https PUBLIC_URL, which only a proxy can
 * give, is the next best sign.
 */
export async function checkProxies(config: Config, server: string | undefined): Promise<Finding[]> {
  const seen = server ? await untrusted(config) : undefined
  const trusted = config.TRUSTED_PROXIES
  if (seen !== undefined) {
    const next = `set TRUSTED_PROXIES=${[...trusted, seen === 'public' ? 'the proxy’s address' : seen].join(',')}, where that is your proxy; else have the proxy replace the header`
    const who = seen === 'public' ? 'a public address' : seen
    return [
      warn('proxy', `${who} sends forwarding headers and is not trusted: its clients look like one`, next),
    ]
  }
  if (trusted.length > 0) return [pass('proxy', `${trusted.join(', ')} may name the client`)]
  if (!config.PUBLIC_URL?.startsWith('https:')) return []
  const next =
    'set TRUSTED_PROXIES to the proxy’s address: 127.0.0.1/32 on the same machine, its network elsewhere'
  return [
    warn(
      'proxy',
      'PUBLIC_URL is https, so a proxy is in front; none is trusted, all clients look like one',
      next,
    ),
  ]
}

/** The peer that the server noted in its series; undefined when there was none, or it does not tell. */
async function untrusted({ HOST, OTEL_PROMETHEUS_ENABLED, OTEL_PROMETHEUS_PORT }: Config) {
  if (!OTEL_PROMETHEUS_ENABLED || OTEL_PROMETHEUS_PORT === 0) return undefined
  try {
    const url = `${localUrl(HOST, OTEL_PROMETHEUS_PORT)}/metrics`
    const text = await (await fetch(url, { signal: AbortSignal.timeout(3000) })).text()
    return /^http_untrusted_forwarder\{peer="([^"]*)"\} 1$/m.exec(text)?.[1]
  } catch {
    return undefined
  }
}

import { AppError } from '../../core/errors'

const loopbackOrigins = ['http', 'https'].flatMap((scheme) =>
  ['localhost', '127.0.0.1', '[::1]'].map((host) => `${scheme}://${host}`),
)

interface Rule {
  protocol: string
  hostname: string
  /** Undefined: any. */
  port: string | undefined
}

/** An entry with a port is exact; scheme and host alone stand for every port. Throws on what is not an origin. */
function ruleOf(entry: string): Rule {
  const url = URL.canParse(entry) ? new URL(entry) : undefined
  if (!url?.hostname || url.pathname.length > 1 || url.search || url.hash || url.username) {
    throw new Error(`ALLOWED_ORIGINS: ${entry} is not an origin like https://app.example.com`)
  }
  const explicit = /:(\d+)\/?$/.exec(entry)?.[1]
  return {
    protocol: url.protocol,
    hostname: url.hostname,
    port: explicit === undefined ? undefined : url.port,
  }
}

/** Says whether a browser's `Origin` may call: throws `forbidden` when not. */
export type OriginCheck = (origin: string, host: string | null) => void

/**
 * Allowed are the listed origins (loopback ones when there is no list), the server's own, and that of PUBLIC_URL.
 * The server's own is the one whose host is the request's `Host`, which was checked before.
 */
export function createOriginCheck(allowed: readonly string[] | undefined, publicUrl?: string): OriginCheck {
  const rules = (allowed ?? loopbackOrigins).map(ruleOf)
  const own = publicUrl ? new URL(publicUrl).origin : undefined
  return (origin, host) => {
    if (origin === own) return
    const url = URL.canParse(origin) ? new URL(origin) : undefined
    if (url?.hostname && `${url.protocol}//${url.host}` === origin.toLowerCase()) {
      if (url.host === host?.toLowerCase()) return
      if (rules.some((rule) => matches(rule, url))) return
    }
    throw new AppError(
      'forbidden',
      'Pages of this Origin may not call this server; ALLOWED_ORIGINS lists those that may',
      {
        code: 'origin_not_allowed',
      },
    )
  }
}

const matches = (rule: Rule, url: URL) =>
  rule.protocol === url.protocol &&
  rule.hostname === url.hostname &&
  (rule.port === undefined || rule.port === url.port)

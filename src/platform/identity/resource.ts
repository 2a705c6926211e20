/** Where the protected resource's metadata (RFC 9728) begin. */
export const metadataPath = '/.well-known/oauth-protected-resource'

/** PUBLIC_URL as resource identifiers start with it: without a slash at the end. */
export const baseOf = (publicUrl: string): string => new URL(publicUrl).href.replace(/\/+$/, '')

/**
 * Tells by a token's `aud` whether it is for this server (RFC 8707). The whole server is PUBLIC_URL, PUBLIC_URL/mcp and what `further`
 * names; a token for PUBLIC_URL/mcp/<module> opens that path alone.
 */
export function admittedAudience(
  publicUrl: string,
  further: readonly string[],
): (aud: unknown, path: string | undefined) => boolean {
  const base = baseOf(publicUrl)
  const whole = new Set([base, `${base}/mcp`, ...further].map(withoutSlash))
  return (aud, path) => {
    const named = (Array.isArray(aud) ? aud : [aud])
      .filter((one) => typeof one === 'string')
      .map(withoutSlash)
    const own = path?.startsWith('/mcp/') ? base + withoutSlash(path) : undefined
    return named.some((one) => whole.has(one) || one === own)
  }
}

const withoutSlash = (text: string) => (text.endsWith('/') ? text.slice(0, -1) : text)

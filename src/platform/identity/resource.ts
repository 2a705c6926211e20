/** Where the protected resource's metadata (RFC 9728) begin. */
export const metadataPath = '/.well-known/oauth-protected-resource'

/** PUBLIC_URL as resource identifiers start with it: without a slash at the end. */
export const baseOf = (publicUrl: string): string => new URL(publicUrl).href.replace(/\/+$/, '')

/** Whether a token may be presented to a path of this server. */
export type Admits = (path: string | undefined) => boolean

/**
 * Tells by a token's `aud` what of this server it is for (RFC 8707). The whole of it is PUBLIC_URL, PUBLIC_URL/mcp and what `further` names; a
 * token for PUBLIC_URL/mcp/<module> opens that path alone.
 */
export function readAudience(publicUrl: string, further: readonly string[]): (aud: unknown) => Admits {
  const base = baseOf(publicUrl)
  const whole = new Set([base, `${base}/mcp`, ...further].map(withoutSlash))
  return (aud) => {
    const named = (Array.isArray(aud) ? aud : [aud])
      .filter((one) => typeof one === 'string')
      .map(withoutSlash)
    if (named.some((one) => whole.has(one))) return everywhere
    const paths = named.filter((one) => one.startsWith(`${base}/mcp/`)).map((one) => one.slice(base.length))
    return paths.length === 0 ? nowhere : (path) => path !== undefined && paths.includes(withoutSlash(path))
  }
}

const everywhere: Admits = () => true
const nowhere: Admits = () => false

const withoutSlash = (text: string) => (text.endsWith('/') ? text.slice(0, -1) : text)

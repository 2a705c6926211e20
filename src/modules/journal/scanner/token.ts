/**
 * True when `text` holds a JSON Web Token: `header.payload[.signature]`, each part base64url of JSON. Goes over every run of token characters
 * once, so that a hostile text costs no more than a plain one of its length.
 */
export function holdsToken(text: string): boolean {
  for (const [run] of text.matchAll(/[\w.-]{20,}/g)) {
    if (!run.includes('eyJ')) continue
    const parts = run.split('.')
    if (parts.some((part, at) => at + 1 < parts.length && startsToken(part, parts[at + 1]!))) return true
  }
  return false
}

/** `eyJ` is base64url of `{"`. */
function startsToken(part: string, next: string): boolean {
  const start = part.indexOf('eyJ')
  if (start < 0 || next.length < 4) return false
  return next.startsWith('eyJ') || isHeader(part.slice(start))
}

function isHeader(part: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof header === 'object' && header !== null && 'alg' in header
  } catch {
    return false
  }
}

import { isIP } from 'node:net'
import { type Setting, settings } from '../../core/setting'

/** Throws an Error that says what is allowed. */
type Check<T> = (value: T) => void

/** A kind of setting with a further rule for its values. */
const checked =
  <T>(kind: string, base: (rest: never) => Setting<unknown>, check: Check<T>) =>
  <D extends T | undefined>(
    rest: Omit<Setting<D>, 'kind' | 'parse'>,
  ): Setting<D extends undefined ? T | undefined : T> => {
    const setting = base(rest as never)
    return {
      ...setting,
      kind,
      parse(text: string) {
        const value = setting.parse(text) as T
        check(value)
        return value
      },
    } as never
  }

const must = (holds: boolean, what: string) => {
  if (!holds) throw new Error(`must be ${what}`)
}

/** A text that nobody guesses. */
export const longSecret = checked<string>('text', settings.text, (text) =>
  must(text.length >= 32, 'at least 32 characters long'),
)

/** A path of the service, e.g. `/health`. */
export const path = checked<string>('path', settings.text, (text) =>
  must(/^\/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-]$/.test(text), 'a path like /health'),
)

/** The first word of API keys. */
export const word = checked<string>('word', settings.text, (text) =>
  must(/^[A-Za-z][A-Za-z0-9]{0,19}$/.test(text), '1 to 20 letters and digits, a letter first'),
)

/** Origins as browsers send them. */
export const origins = checked<string[]>('list of origins', settings.list, (items) =>
  must(items.every(isOrigin), 'a comma list of origins like https://app.example.com (a star is not allowed)'),
)

/** Addresses and networks. */
export const networks = checked<string[]>('list of CIDRs', settings.list, (items) =>
  must(items.every(isNetwork), 'a comma list of addresses or CIDRs like 10.0.0.0/8'),
)

/** A URL that is believed: https, or http where nobody stands between. */
export const trustedUrl = checked<string>('URL', settings.url('https', 'http'), (text) =>
  must(
    isTrusted(new URL(text)),
    'an https:// URL without query and fragment (http:// only for loopback, private addresses and names without a dot)',
  ),
)

/** Asymmetric signatures of JWTs. */
export const signatures = checked<string[]>('comma list', settings.list, (items) =>
  must(
    items.length > 0 && items.every((item) => asymmetric.includes(item)),
    `a comma list of ${asymmetric.join(', ')}`,
  ),
)

/** `theirs=ours` for scopes. */
export const scopeMap = checked<string[]>('comma list', settings.list, (items) =>
  must(items.every(isMapping), 'a comma list like Journal.Read=journal:read,mcp.all=*'),
)

/** `name=value` for headers, as OpenTelemetry's own variables write them. */
export const headerList = checked<string[]>('comma list', settings.list, (items) =>
  must(items.every(isHeader), 'a comma list like x-api-key=…,x-tenant=a with percent-encoded values'),
)

const isHeader = (text: string) => /^[A-Za-z0-9!#$%&'*+.^_`|~-]+=(?:[!-$&-~]|%[0-9A-Fa-f]{2})+$/.test(text)

const asymmetric = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

const isMapping = (text: string) =>
  /^[\x21\x23-\x5B\x5D-\x7E]+=(\*|admin|[a-z][a-z0-9_-]*:[a-z][a-z0-9_-]*)$/.test(text)

function isTrusted({ protocol, hostname, search, hash, username }: URL): boolean {
  if (search || hash || username) return false
  return protocol === 'https:' || isNearby(hostname)
}

const privateAddress = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/

const isNearby = (hostname: string) =>
  hostname === '[::1]' ||
  hostname.endsWith('.localhost') ||
  !hostname.includes('.') ||
  (isIP(hostname) === 4 && privateAddress.test(hostname))

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { hostname, pathname, search, hash, username } = new URL(text)
  return hostname !== '' && !hostname.includes('*') && pathname.length <= 1 && !search && !hash && !username
}

function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/')
  const width = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return (
    text.split('/').length <= 2 &&
    width > 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width))
  )
}

/** A user and a group by number, neither root. */
export const numericUser = checked<string>('user', settings.text, (text) =>
  must(/^[1-9]\d{0,8}:[1-9]\d{0,8}$/.test(text), 'a user and group by number like 65532:65532, not root'),
)

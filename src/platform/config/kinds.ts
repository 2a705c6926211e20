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

import { sha256Hex } from './secret'

/** RFC 5321: no longer address can be written to. */
const maxLength = 254
const maxLocalLength = 64
const local = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const domain =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?:[A-Za-z]{2,63}|xn--[A-Za-z0-9-]{1,59})$/i

/**
 * The one form of an address that identity hangs on, or undefined when it is no address: trimmed, lower case; for gmail.com and
 * googlemail.com without dots and `+…`, at gmail.com. Accepts what mail systems deliver to (RFC 5321 dot-atoms at a domain with a dot);
 * not quoted local parts, address literals, or characters outside ASCII, which have more than one spelling.
 */
export function normalizeEmail(text: string): string | undefined {
  const address = text.trim()
  const at = address.lastIndexOf('@')
  if (address.length > maxLength || at < 1 || at > maxLocalLength) return undefined
  if (!local.test(address.slice(0, at)) || !domain.test(address.slice(at + 1))) return undefined
  const [name, host] = [address.slice(0, at).toLowerCase(), address.slice(at + 1).toLowerCase()]
  if (host !== 'gmail.com' && host !== 'googlemail.com') return `${name}@${host}`
  const mailbox = name.split('+', 1)[0]!.replaceAll('.', '')
  return mailbox === '' ? undefined : `${mailbox}@gmail.com`
}

/** Owner id of a normalized email: hex SHA-256 of `IDENTITY_NAMESPACE` + email. */
export const ownerOfEmail = (normalized: string, namespace: string): string =>
  sha256Hex(namespace + normalized)

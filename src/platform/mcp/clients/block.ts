import type { ClientForm, Entry, Value } from './form'

/** What to put into a client's configuration for one server, as text to copy. */
export function blockOf(form: ClientForm, name: string, entry: Entry): string {
  if (form.syntax === 'toml') return tomlTable([form.section, name], entry)
  return `${JSON.stringify({ [form.section]: { [name]: entry } }, null, 2)}\n`
}

/** A TOML table with its members; members that are objects are inline tables. */
export function tomlTable(path: readonly string[], members: Entry): string {
  const lines = Object.entries(members).map(([key, value]) => `${tomlKey(key)} = ${tomlValue(value)}`)
  return `[${path.map(tomlKey).join('.')}]\n${lines.map((line) => `${line}\n`).join('')}`
}

const tomlKey = (key: string) => (/^[A-Za-z0-9_-]+$/.test(key) ? key : tomlText(key))

/** TOML's basic strings know JSON's escapes; DEL they want escaped too. */
const tomlText = (text: string) => JSON.stringify(text).replaceAll('\x7f', '\\u007f')

export function tomlValue(value: Value): string {
  if (typeof value === 'string') return tomlText(value)
  if (Array.isArray(value)) return `[${value.map(tomlText).join(', ')}]`
  if (typeof value !== 'object') return String(value)
  const members = Object.entries(value).map(([key, inner]) => `${tomlKey(key)} = ${tomlValue(inner)}`)
  return members.length > 0 ? `{ ${members.join(', ')} }` : '{}'
}

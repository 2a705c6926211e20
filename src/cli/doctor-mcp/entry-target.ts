import type { Entry, Value } from '../../platform/mcp/clients/form'

/** What a client would do with its entry. */
export type EntryTarget =
  | { kind: 'url'; url: string; headers: Record<string, string> }
  | { kind: 'program'; command: string; args: string[]; env: Record<string, string> }

/** An entry that cannot be followed as a client would; the message says why. */
export class EntryFault extends Error {}

/** Reads an entry in the form of any client, with the variables that it refers to. Throws EntryFault. */
export function targetOfEntry(entry: Entry, env: Record<string, string | undefined>): EntryTarget {
  const fill = (text: string) => filled(text, env)
  const { command } = entry
  if (typeof command === 'string') {
    const args = Array.isArray(entry.args) ? entry.args.map(fill) : []
    return { kind: 'program', command: fill(command), args, env: texts(entry.env, fill) }
  }
  const url = [entry.url, entry.serverUrl, entry.httpUrl].find((value) => typeof value === 'string')
  if (url === undefined) throw new EntryFault('the entry has neither a command nor a URL')
  if (!URL.canParse(fill(url))) throw new EntryFault('the entry’s URL is none')
  return { kind: 'url', url: fill(url), headers: headersOf(entry, fill, env) }
}

function headersOf(entry: Entry, fill: (text: string) => string, env: Record<string, string | undefined>) {
  const named = (name: string) => {
    const value = env[name]
    if (!value) throw new EntryFault(`the entry refers to the variable ${name}, which is not set here`)
    return value
  }
  const token = entry.bearer_token_env_var
  return {
    ...texts(entry.headers, fill),
    ...texts(entry.http_headers, (text) => text),
    ...texts(entry.env_http_headers, named),
    ...(typeof token === 'string' && { Authorization: `Bearer ${named(token)}` }),
  }
}

function texts(table: Value | undefined, each: (text: string) => string): Record<string, string> {
  if (typeof table !== 'object' || Array.isArray(table)) return {}
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, each(String(value))]))
}

/** `${env:NAME}`, `${NAME}` and `${NAME:-default}` as clients fill them in. */
function filled(text: string, env: Record<string, string | undefined>): string {
  return text.replace(/\$\{(?:(\w+):)?(\w[\w-]*)(?::-([^}]*))?\}/g, (_, kind, name, otherwise) => {
    if (kind !== undefined && kind !== 'env') {
      throw new EntryFault(`the client asks for a value of its own here (${kind}), which only it knows`)
    }
    const value = env[name] ?? otherwise
    if (value === undefined) {
      throw new EntryFault(`the entry refers to the variable ${name}, which is not set here`)
    }
    return value
  })
}

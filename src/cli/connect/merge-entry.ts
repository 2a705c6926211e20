import type { Entry, Value } from '../../platform/mcp/clients/form'

/** The members by which clients are told how to reach a server; they are ours. Whatever else stands there is the person's. */
const ours = new Set([
  'type',
  'command',
  'args',
  'env',
  'url',
  'serverUrl',
  'httpUrl',
  'headers',
  'http_headers',
  'bearer_token_env_var',
  'env_http_headers',
])

export const isOurs = (member: string) => ours.has(member)

/** What stood there, brought to `entry`: unknown members stay, and headers and variables that are not ours. */
export function mergeEntry(existing: Entry | undefined, entry: Entry): Entry {
  const kept = Object.entries(existing ?? {}).filter(([member]) => !isOurs(member))
  const merged = Object.entries(entry).map(([member, value]) => [
    member,
    isTable(value) ? { ...foreign(existing?.[member]), ...value } : value,
  ])
  return Object.fromEntries([...merged, ...kept])
}

const isTable = (value: Value | undefined): value is Record<string, Value> =>
  typeof value === 'object' && !Array.isArray(value)

/** Credentials and our variables go with the entry that they were written for. */
function foreign(table: Value | undefined): Record<string, Value> {
  if (!isTable(table)) return {}
  return Object.fromEntries(
    Object.entries(table).filter(([name]) => !/^(authorization|x-api-key|holdfast_.*|data_dir)$/i.test(name)),
  )
}

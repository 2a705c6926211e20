/** Words that make a field private: credentials, persons, and what users wrote. */
const secretWords = new Set(
  `secret secrets password passwd passphrase pwd token tokens authorization authentication cookie cookies credential credentials
  email emails mail entry entries key keys apikey jwt pem signature private body content contents text input arguments args params
  parameters payload reasoning note notes`.split(/\s+/),
)

/** Last words that turn a private name into a harmless one: `key_id`, `token_count`, `entry_type`. */
const harmlessEnds = new Set([
  'id',
  'ids',
  'count',
  'type',
  'kind',
  'status',
  'size',
  'bytes',
  'length',
  'ms',
  'seconds',
  'at',
  'code',
])

const decided = new Map<string, boolean>()

/** Whether a field of this name may not be logged, e.g. `apiKey`, `user_email`, `Authorization`. */
export function isPrivateName(name: string): boolean {
  let answer = decided.get(name)
  if (answer === undefined) {
    answer = decide(name)
    if (decided.size < 10_000) decided.set(name, answer)
  }
  return answer
}

function decide(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
  if (harmlessEnds.has(words.at(-1) ?? '')) return false
  return words.some((word) => secretWords.has(word))
}

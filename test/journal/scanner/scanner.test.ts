import { expect, test } from 'bun:test'
import { generateKeyPairSync } from 'node:crypto'
import { entropyToMnemonic, generateMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { AppError } from '../../../src/core/errors'
import { type Category, refuseSecrets, scan, textsOf } from '../../../src/modules/journal/scanner/scanner'

const uuid = '0198c7a0-5f3e-7cc4-9d2b-3f6a1b2c4d5e'
const hex = '4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318'
const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'sec1',
  format: 'pem',
}) as string
const jwt =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'
const mixed = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6kL9'

const secrets: [string, Category, string][] = [
  ['a key path', 'api_key_path', `organizations/${uuid}/apiKeys/${uuid}`],
  ['a short key path', 'api_key_path', 'my key is organizations/org/apiKeys/key ok'],
  ['a key path in escaped JSON', 'api_key_path', `organizations\\/${uuid}\\/apiKeys\\/${uuid}`],
  ['a PEM block', 'pem_block', pem],
  ['a PEM block with escapes', 'pem_block', JSON.stringify(pem)],
  ['a PEM block on one line', 'pem_block', pem.replaceAll('\n', ' ')],
  ['a PEM header alone', 'pem_block', '-----BEGIN RSA PRIVATE KEY-----'],
  ['a PEM block that autocorrect met', 'pem_block', '\u2014-BEGIN EC PRIVATE KEY\u2014-'],
  ['a PEM block in lower case', 'pem_block', '-----begin ec private key-----'],
  ['a certificate', 'pem_block', '-----BEGIN CERTIFICATE-----'],
  ['a PEM block in base64', 'pem_block', Buffer.from(pem).toString('base64')],
  ['an EC key without its header', 'pem_block', pem.split('\n').slice(1, -2).join('')],
  ['a hexadecimal key', 'private_key', `key ${hex}`],
  ['a hexadecimal key with 0x', 'private_key', `0x${hex}`],
  ['a hexadecimal key in capitals', 'private_key', `(${hex.toUpperCase()})`],
  ['64 bytes in hexadecimal', 'private_key', hex + hex],
  ['an import-format key', 'private_key', '5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ'],
  ['a token', 'token', `Bearer ${jwt}`],
  ['a token without signature', 'token', jwt.split('.').slice(0, 2).join('.')],
  ['a token behind a word', 'token', `jwt-${jwt}`],
  ['a subscription key', 'server_key', 'I use fm_sub_premium_123'],
  ['an API key', 'server_key', `kota_premium_${uuid}_${mixed}`],
  ['an API key of another prefix', 'server_key', `acme_free_${uuid.replaceAll('-', '')}_${mixed}`],
  ['an ingest key', 'server_key', `mcp_metrics_${mixed}${mixed}`.slice(0, 55)],
  ['an AWS key', 'provider_key', 'AKIAIOSFODNN7EXAMPLE'],
  ['a GitHub token', 'provider_key', `ghp_${mixed.slice(0, 36)}`],
  ['a fine-grained GitHub token', 'provider_key', `github_pat_${mixed}`],
  ['a Slack token', 'provider_key', 'xoxb-123456789012-abcdefghij'],
  ['an OpenAI key', 'provider_key', `sk-${mixed}`],
  ['an OpenAI project key', 'provider_key', `sk-proj-${mixed}`],
  ['an Anthropic key', 'provider_key', `sk-ant-api03-${mixed}`],
  ['a labelled secret', 'labelled_secret', `api_secret = "${mixed}"`],
  ['an AWS secret', 'labelled_secret', `aws_secret_access_key=${mixed}`],
  [
    'a recovery phrase',
    'seed_phrase',
    'legal winner thank year wave sausage worth useful legal winner thank yellow',
  ],
  ['a repetitive recovery phrase', 'seed_phrase', `${'abandon '.repeat(11)}about`],
  [
    'a recovery phrase that is called one',
    'seed_phrase',
    `My seed phrase: ${'abandon '.repeat(11)}about, do not lose`,
  ],
]

const invisibly = (secret: string) => [...secret].join('\u200b')
const wide = (secret: string) =>
  secret
    .replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0))
    .replaceAll(' ', '\u3000')

test.each(secrets)('%s is found as %s', (_, category, secret) => {
  expect(scan(secret)).toContainEqual({ category })
  expect(scan(`Bought 0.1 BTC today. ${secret} Feeling fine.`)).toContainEqual({ category })
})

test.each(secrets)('%s is found behind zero-width and full-width tricks', (_, category, secret) => {
  expect(scan(invisibly(secret))).toContainEqual({ category })
  expect(scan(wide(secret))).toContainEqual({ category })
})

test.each(secrets)('%s is refused without a part of it in the error', (_, category, secret) => {
  const error = refusal([`note ${secret}`])
  expect(error.kind).toBe('secret_detected')
  expect(error.data).toEqual({ category })
  expect(error.message).toContain('nothing was stored')
  const told = `${error.message} ${JSON.stringify(error)} ${error.stack?.split('\n')[0]}`.toLowerCase()
  for (const part of secret.toLowerCase().match(/[a-z0-9]{12,}/g) ?? []) expect(told).not.toContain(part)
})

const prose = [
  'I select a coin from the table',
  'select price, volume from the table where symbol equals BTC; drop the rest',
  'Forget everything I said yesterday: the seed round closed and the phrase "private key" scares me.',
  'My recovery phrase is on paper in the safe; I never type it.',
  'The API key: I keep it in the vault. password: none of your business.',
  'Paid 0x742d35Cc6634C0532925a3b844Bc454e4438f44e, hash 0x12ab…cd34, block 19000000.',
  'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq sent to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
  '- Begin with a small position - then add - never chase',
  'Risk-adjusted-return-calculation-with-5-percent and task-management-software-2026 are sk-words.',
  'organizations/{org_id}/apiKeys/{key_id} is how Coinbase names keys; organizations and apiKeys differ.',
  'Order 0198c7a0-5f3e-7cc4-9d2b-3f6a1b2c4d5e filled. Ref 44a7c3d2e1f0b9a8.',
  'https://www.tradingview.com/chart/BTCUSD/aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6kL9-a-long-idea/',
  'mcp_metrics_requests_received_total_by_server_and_tool_name rose',
  '45000 46000 47000 48000 49000 50000 51000 52000 53000 54000 55000 56000 57000 58000 59000',
  'code code code code code code code code code code code code code',
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk',
  'Die Börse fiel — ich blieb ruhig. 今日は買いません。',
  '',
]

test.each(prose)('passes: %s', (text) => {
  expect(scan(text)).toEqual([])
  expect(() => refuseSecrets([text])).not.toThrow()
})

const layouts: [string, (words: string[]) => string][] = [
  ['blanks', (words) => words.join(' ')],
  ['commas', (words) => words.join(', ')],
  ['numbers', (words) => words.map((word, at) => `${at + 1}. ${word}`).join(' ')],
  ['numbered lines', (words) => words.map((word, at) => `${at + 1}) ${word}`).join('\r\n')],
  ['a table', (words) => words.map((word, at) => `| ${at + 1} | ${word} |`).join('\n')],
  ['JSON', (words) => JSON.stringify(words)],
  ['capitals', (words) => words.join(' ').toUpperCase()],
  ['hyphens', (words) => words.join('-')],
]

test.each(layouts)('phrases of 12 to 24 words laid out with %s are found', (_, layout) => {
  for (const bits of [128, 160, 192, 224, 256]) {
    for (let round = 0; round < 20; round++) {
      const words = generateMnemonic(wordlist, bits).split(' ')
      expect(scan(`Wallet: ${layout(words)} (keep)`)).toEqual([{ category: 'seed_phrase' }])
    }
  }
})

test('a phrase whose checksum does not hold is found all the same', () => {
  const words = entropyToMnemonic(
    Uint8Array.from({ length: 16 }, (_, at) => at * 13),
    wordlist,
  ).split(' ')
  expect(scan(words.toReversed().join(' '))).toEqual([{ category: 'seed_phrase' }])
})

test('eleven words of a phrase are no phrase', () => {
  const words = generateMnemonic(wordlist, 256).split(' ').slice(0, 11)
  expect(scan(`${words.join(' ')} zzz`)).toEqual([])
})

test('a phrase with one word in each value is refused', () => {
  const words = generateMnemonic(wordlist).split(' ')
  const numbered = Object.fromEntries(words.map((word, at) => [at + 1, word]))
  expect(refusal(textsOf(words)).data).toEqual({ category: 'seed_phrase' })
  expect(refusal(textsOf({ backup: numbered })).data).toEqual({ category: 'seed_phrase' })
})

test('a key name tells what the value is', () => {
  expect(refusal(textsOf({ exchange: { api_secret: mixed } })).data).toEqual({ category: 'labelled_secret' })
  expect(refusal(textsOf({ [`fm_sub_${mixed}`]: 1 })).data).toEqual({ category: 'server_key' })
})

test('texts are keys and strings at any depth', () => {
  const value = { a: 'x', b: ['y', { c: 'z', d: 5 }], e: null }
  expect([...textsOf(value)]).toEqual(['a: x', 'b', 'y', 'c: z', 'd', 'e'])
  let deep: unknown = 'bottom'
  for (let level = 0; level < 100_000; level++) deep = [deep]
  expect([...textsOf(deep)]).toEqual(['bottom'])
  expect([...textsOf(Array.from({ length: 200_000 }, () => 'x'))]).toHaveLength(200_000)
})

function refusal(texts: Iterable<string>): AppError {
  try {
    refuseSecrets(texts)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

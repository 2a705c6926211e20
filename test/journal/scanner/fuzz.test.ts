import { expect, test } from 'bun:test'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import fc from 'fast-check'
import { AppError } from '../../../src/core/errors'
import { refuseSecrets, scan, textsOf } from '../../../src/modules/journal/scanner/scanner'

const listed = fc.constantFrom(...wordlist)
/** Words that hold English sentences together; none of them is in the BIP-39 list. */
const glue = fc.constantFrom(
  'the',
  'a',
  'of',
  'to',
  'and',
  'in',
  'I',
  'my',
  'was',
  'is',
  'for',
  'at',
  'with',
  'it',
)
const clause = fc
  .tuple(fc.array(listed, { maxLength: 10 }), glue)
  .map(([words, end]) => [...words, end].join(' '))
const sentences = fc
  .array(fc.tuple(clause, fc.constantFrom(', ', '. ', ' - ', '\n', '; ')), { maxLength: 40 })
  .map((parts) => parts.flat().join(''))

test('sentences in which a plain word stands at least after every tenth pass', () => {
  fc.assert(
    fc.property(sentences, (text) => scan(text).length === 0),
    { numRuns: 500 },
  )
})

const characters = (pool: string, length: number) =>
  fc.array(fc.constantFrom(...pool), { minLength: length, maxLength: length }).map((chars) => chars.join(''))
const hex = characters('0123456789abcdef', 64)
const base62 = characters('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 43)
const secret = fc.oneof(
  hex,
  hex.map((digits) => `0x${digits.toUpperCase()}`),
  base62.map((text) => `fm_sub_${text}`),
  base62.map((text) => `sk-ant-a1${text}`),
  base62.map((text) => `ghp_${text}`),
  base62.map((text) => `-----BEGIN EC PRIVATE KEY-----\n${text}`),
  base62.map((text) => `organizations/${text}/apiKeys/${text}`),
  base62.map((text) => `password: a1${text}`),
  fc.array(listed, { minLength: 24, maxLength: 24 }).map((words) => words.join(' ')),
)
const around = fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => `${text} `)

test('a secret between any texts is refused, and the error does not tell it', () => {
  fc.assert(
    fc.property(around, secret, around, (before, hidden, after) => {
      const told = refusalOf([`${before}\n${hidden}\n${after}`])
      expect(told).toContain('nothing was stored')
      for (const part of hidden.match(/[A-Za-z0-9]{16,}/g) ?? []) expect(told).not.toContain(part)
      const words = hidden.split(' ')
      if (words.length === 24) expect(told).not.toContain(words.slice(0, 3).join(' '))
    }),
    { numRuns: 500 },
  )
})

test('any JSON is scanned without fault', () => {
  fc.assert(
    fc.property(fc.json(), (text) => void [...textsOf(JSON.parse(text))].map(scan)),
    { numRuns: 300 },
  )
})

/** Starts of secrets over and over: what makes a careless expression go back and forth. */
const bait = [
  'eyJ',
  'eyJ.',
  'eyJ-.x',
  'a.',
  '0x',
  'f',
  '0',
  '-',
  '--BEGIN ',
  '--begin private',
  'BEGIN A ',
  'organizations/a/',
  'organizations/',
  'sk-',
  'sk-a',
  'sk-ant-',
  'fm_sub',
  'mcp_metrics_',
  '_free_',
  'api key',
  'password: ',
  'password=a',
  'xprv',
  'K',
  '5',
  'MII',
  'ghp_',
  'xoxb-',
  'abandon ',
  'abandon',
  'zoo,',
  ' ',
  '\u200b',
  '\uff41',
  '\ufdfa',
  '\u2014',
  '"',
  '\\n',
  '1:AA',
  'hooks.slack.com/services/T',
]

test('time grows with the length of the text, not with its square', () => {
  for (const piece of bait) {
    const [short, long] = [1, 16].map((times) => piece.repeat(Math.ceil((10_000 * times) / piece.length)))
    scan(short!)
    const ratio =
      best(() => scan(long!)) /
      Math.max(
        best(() => scan(short!)),
        0.2,
      )
    // Linear is 16, quadratic 256.
    expect({ piece, quadratic: ratio > 128 }).toEqual({ piece, quadratic: false })
  }
}, 60_000)

/** The least milliseconds of processor time of three runs: what other work on the machine adds is left out. */
function best(work: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const start = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  })
  return Math.min(...times)
}

function refusalOf(texts: string[]): string {
  try {
    refuseSecrets(texts)
  } catch (error) {
    if (error instanceof AppError) return `${error.message} ${JSON.stringify(error)}`
    throw error
  }
  return 'passed'
}

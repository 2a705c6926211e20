import {
  capitalNames,
  capitalTickers,
  moneyNames,
  plainNames,
  plainTickers,
  quoteCurrencies,
} from './symbol-list'

/** An entry keeps at most this many symbols. */
const mostSymbols = 50
/** Keys of metadata whose value is a symbol even when no list knows it. */
const symbolKeys = new Set(['symbol', 'symbols', 'ticker', 'asset', 'coin', 'pair', 'product_id'])
const deepest = 8

const either = (items: string[]) => items.toSorted((a, b) => b.length - a.length).join('|')
const edge = { before: '(?<![\\p{L}\\p{N}_$])', after: '(?![\\p{L}\\p{N}_])' }
const whole = (inner: string, flags: string) => new RegExp(edge.before + inner + edge.after, flags)

const dollarTicker = /(?<![\p{L}\p{N}_$])\$([A-Za-z][A-Za-z0-9]{1,9})(?![\p{L}\p{N}_])/gu
const pair = whole(`([A-Z][A-Z0-9]{1,9})[-/](?:${either(quoteCurrencies)})`, 'gu')
const anyCase = whole(`(${either([...plainTickers, ...Object.keys(plainNames)])})`, 'giu')
const asWritten = whole(`(${either([...capitalTickers, ...Object.keys(capitalNames)])})`, 'gu')

/** The ticker of a name; a caller's word such as `constructor` must not find what every object has. */
const lookUp = (names: Record<string, string>, name: string): string | undefined =>
  Object.hasOwn(names, name) ? names[name] : undefined

const named = (found: string) =>
  lookUp(plainNames, found.toLowerCase()) ?? lookUp(capitalNames, found) ?? found.toUpperCase()

interface Found {
  symbol: string
  at: number
}

function matches(text: string, pattern: RegExp): Found[] {
  return [...text.matchAll(pattern)].map((match) => ({ symbol: named(match[1]!), at: match.index }))
}

/** Symbols in prose, in order of appearance. Both parts of a pair are taken as one: the first (`BTC-USDT` is BTC). */
function symbolsInText(text: string): string[] {
  const pairs = matches(text, pair).filter(({ symbol }) => !moneyNames.includes(symbol))
  const rest = text.replace(pair, (match) => ' '.repeat(match.length))
  const dollars = matches(rest, dollarTicker).filter(({ symbol }) => !moneyNames.includes(symbol))
  return [...pairs, ...dollars, ...matches(rest, anyCase), ...matches(rest, asWritten)]
    .sort((a, b) => a.at - b.at)
    .map(({ symbol }) => symbol)
}

/**
 * A symbol as it is stored and asked for: capitals, without `$`, the base alone of a pair (`eth-usd` is ETH). Undefined for what cannot be
 * one.
 */
export function normalizeSymbol(text: string): string | undefined {
  const match = /^\s*\$?([A-Za-z0-9]{1,20})(?:[-/][A-Za-z0-9]{1,10})?\s*$/.exec(text)
  if (!match) return undefined
  return lookUp(plainNames, match[1]!.toLowerCase()) ?? match[1]!.toUpperCase()
}

function* symbolsInMetadata(value: unknown, key: string, depth: number): Generator<string> {
  if (typeof value === 'string') {
    const symbol = symbolKeys.has(key) ? normalizeSymbol(value) : undefined
    if (symbol) yield symbol
    else yield* symbolsInText(value)
  } else if (typeof value === 'object' && value !== null && depth < deepest) {
    for (const [name, item] of Object.entries(value)) {
      yield* symbolsInMetadata(item, Array.isArray(value) ? key : name.toLowerCase(), depth + 1)
    }
  }
}

/**
 * The symbols that an entry speaks of: tickers and names of the list, `$TICKER`, the base of pairs such as `BTC-USD`, and what
 * metadata holds under `symbol`, `ticker`, `asset`, `pair` or `product_id`. Each once, in order of appearance, at most 50.
 */
export function findSymbols(entry: string, metadata: Record<string, unknown>): string[] {
  const found = new Set([...symbolsInText(entry), ...symbolsInMetadata(metadata, '', 0)])
  return [...found].slice(0, mostSymbols)
}

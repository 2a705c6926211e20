import type { Tier } from '../../src/core/principal'

/** One call and what must come of it. `$name` in an input is replaced by what an earlier step kept under that name. */
export interface Step {
  call: string
  input?: Record<string, unknown>
  /** Members that the output must have (`toMatchObject`). */
  gives?: Record<string, unknown>
  /** The refusal's code instead of an output. */
  refuses?: string
  /** Keeps a member of the output (dotted path) under a name. */
  keep?: Record<string, string>
}

export interface Scenario {
  name: string
  tier?: Tier
  scopes?: string[]
  steps: Step[]
}

const missing = '018f0000-0000-7000-8000-000000000000'

/** Journeys through the journal, run over REST and MCP on both databases. */
export const scenarios: Scenario[] = [
  {
    name: 'an entry is stored, found, listed, changed and deleted',
    steps: [
      {
        call: 'store_journal_entry',
        input: { entry: '  Bought 0.1 BTC, calm and planned.  ', entry_type: 'trade', tags: ['btc', 'plan'] },
        gives: { success: true, message: 'Journal entry stored successfully' },
        keep: { id: 'entry_id' },
      },
      {
        call: 'get_journal_entry',
        input: { entry_id: '$id' },
        gives: {
          entry: { entry: 'Bought 0.1 BTC, calm and planned.', symbols: ['BTC'], tags: ['btc', 'plan'] },
        },
      },
      { call: 'search_journal_entries', input: { query: 'planned' }, gives: { count: 1, total: 1 } },
      { call: 'search_journal_entries', input: { query: 'planned -calm' }, gives: { count: 0 } },
      { call: 'get_journal_entries', input: { symbol: 'BTC' }, gives: { count: 1 } },
      {
        call: 'update_journal_entry',
        input: { entry_id: '$id', entry: 'Sold everything' },
        gives: { success: true },
      },
      { call: 'search_journal_entries', input: { query: 'planned' }, gives: { count: 0 } },
      { call: 'search_journal_entries', input: { query: 'everything' }, gives: { count: 1 } },
      { call: 'delete_journal_entry', input: { entry_id: '$id' }, gives: { success: true } },
      { call: 'get_journal_entry', input: { entry_id: '$id' }, refuses: 'not_found' },
      { call: 'get_journal_entries', gives: { count: 0, total: 0 } },
    ],
  },
  {
    name: 'the same client_id stores once',
    steps: [
      { call: 'store_journal_entry', input: { entry: 'once', client_id: 'c-1' }, keep: { id: 'entry_id' } },
      {
        call: 'store_journal_entry',
        input: { entry: 'twice', client_id: 'c-1' },
        gives: { entry_id: '$id' },
      },
      { call: 'get_journal_entries', gives: { total: 1 } },
    ],
  },
  {
    name: 'trades and analyses are entries with their own fields',
    steps: [
      {
        call: 'log_trade_entry',
        input: {
          symbol: 'ETH',
          action: 'buy',
          quantity: 2,
          price: 1500,
          reasoning: 'breakout',
          strategy: 'momentum',
        },
        gives: { success: true, entry: { entry_type: 'trade', metadata: { trade_value: 3000 } } },
      },
      {
        call: 'log_analysis_entry',
        input: { symbol: 'ETH', analysis: 'Holding above support', outlook: 'bullish', confidence: 7 },
        gives: { entry: { entry_type: 'analysis' } },
      },
      { call: 'get_journal_entries', input: { entry_type: 'trade' }, gives: { count: 1, total: 1 } },
      { call: 'get_journal_entries', input: { symbol: 'ETH' }, gives: { count: 2 } },
    ],
  },
  {
    name: 'what does not fit is refused and nothing is stored',
    steps: [
      { call: 'store_journal_entry', input: { entry: '' }, refuses: 'invalid' },
      { call: 'store_journal_entry', input: { entry: '   ' }, refuses: 'invalid' },
      { call: 'store_journal_entry', input: { entry: 'x', entry_type: 'Not a type' }, refuses: 'invalid' },
      { call: 'store_journal_entry', input: { entry: 'x', surprise: 1 }, refuses: 'invalid' },
      { call: 'store_journal_entry', input: { entry: 'a\u0000b' }, refuses: 'invalid' },
      { call: 'store_journal_entry', input: { entry: 'x'.repeat(10_001) }, refuses: 'invalid' },
      { call: 'get_journal_entries', input: { limit: 101 }, refuses: 'invalid' },
      { call: 'get_journal_entries', input: { limit: 0 }, refuses: 'invalid' },
      { call: 'get_journal_entries', input: { cursor: 'nonsense' }, refuses: 'invalid' },
      { call: 'get_journal_entries', input: { symbol: 'constructor' }, gives: { count: 0 } },
      { call: 'get_journal_entries', input: { from: 'yesterday-ish' }, refuses: 'invalid' },
      { call: 'search_journal_entries', input: { query: '' }, refuses: 'invalid' },
      { call: 'get_journal_entry', input: { entry_id: missing }, refuses: 'not_found' },
      { call: 'get_journal_entries', gives: { total: 0 } },
    ],
  },
  {
    name: 'secrets are refused',
    steps: [
      {
        call: 'store_journal_entry',
        input: { entry: 'my key organizations/0a1b2c3d/apiKeys/4e5f6a7b-0000-4000-8000-1234567890ab' },
        refuses: 'secret_detected',
      },
      {
        call: 'store_journal_entry',
        input: { entry: 'I select a coin from the table' },
        gives: { success: true },
      },
    ],
  },
  {
    name: 'a key sees and does only what its scopes allow',
    scopes: ['journal:read'],
    steps: [
      { call: 'get_journal_entries', gives: { total: 0 } },
      { call: 'store_journal_entry', input: { entry: 'no' }, refuses: 'insufficient_scope' },
    ],
  },
  {
    name: 'preferences hold any JSON',
    steps: [
      { call: 'set_preference', input: { key: 'theme', value: { dark: true }, category: 'ui' } },
      { call: 'get_preference', input: { key: 'theme' }, gives: { value: { dark: true } } },
      { call: 'set_preference', input: { key: 'theme', value: 'light' } },
      { call: 'get_preference', input: { key: 'theme' }, gives: { value: 'light' } },
      { call: 'delete_preference', input: { key: 'theme' } },
      { call: 'get_preference', input: { key: 'theme', default: 'fallback' }, gives: { value: 'fallback' } },
    ],
  },
  {
    name: 'records are stored, queried by fields, replaced and deleted',
    steps: [
      {
        call: 'store_record',
        input: { record_type: 'alert', data: { symbol: 'BTC', above: 50_000 } },
        keep: { id: 'record.id' },
      },
      { call: 'store_record', input: { record_type: 'alert', data: { symbol: 'ETH', above: 2_000 } } },
      { call: 'query_records', input: { record_type: 'alert' }, gives: { count: 2 } },
      { call: 'get_record', input: { record_id: '$id' }, gives: { record: { data: { symbol: 'BTC' } } } },
      { call: 'delete_record', input: { record_id: '$id' }, gives: { success: true } },
      { call: 'get_record', input: { record_id: '$id' }, refuses: 'not_found' },
    ],
  },
  {
    name: 'everything of a caller can be deleted, after a confirmation',
    steps: [
      { call: 'store_journal_entry', input: { entry: 'to be gone' } },
      { call: 'set_preference', input: { key: 'k', value: 1 } },
      { call: 'delete_my_data', input: { confirm: 'yes' }, refuses: 'invalid' },
      { call: 'delete_my_data', input: { confirm: 'delete everything' }, gives: { success: true } },
      { call: 'get_journal_entries', gives: { total: 0 } },
      { call: 'search_journal_entries', input: { query: 'gone' }, gives: { count: 0 } },
    ],
  },
]

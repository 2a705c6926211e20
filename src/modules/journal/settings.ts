import { settings, type Values } from '../../core/setting'

/** Settings of the journal. */
export const journalSettings = {
  COINBASE_API_URL: settings.url(
    'https',
    'http',
  )({
    default: 'https://api.coinbase.com',
    description: 'Base URL of Coinbase Advanced Trade, which get_portfolio reads.',
  }),
  JOURNAL_UPGRADE_URL: settings.url(
    'https',
    'http',
  )({
    default: undefined,
    description: 'Page where a caller can change the tier; named in upgrade_required errors.',
  }),
} as const

export type JournalSettings = Values<typeof journalSettings>

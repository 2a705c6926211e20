import { AppError } from '../../../core/errors'
import { jsonRequest } from '../../../core/json-request'
import type { RawRoute } from '../../../core/module'
import { answer } from './answer'
import { readObject } from './body'

export const storeEntry: RawRoute = {
  method: 'POST',
  path: '/store_journal_entry',
  title: 'Store a journal entry (older path)',
  description:
    'The predecessor’s path, with its answers; new clients call POST /api/v1/journal/entries. Its clients put entry_type and tags into metadata, which counts; beside entry they count too.',
  access: 'optional',
  openapi: jsonRequest(['entry'], {
    entry: { type: 'string', example: 'Bought 0.1 BTC at $45,000' },
    metadata: { type: 'object', example: { entry_type: 'trade', tags: ['btc'] } },
  }),
  handle: (raw) =>
    answer(raw, async () => {
      const input = raw.principal ? inputOf(await readObject(raw.request)) : {}
      const stored = (await raw.call('store_journal_entry', input)) as { entry_id: string; message: string }
      return { success: true, entry_id: stored.entry_id, message: stored.message }
    }),
}

function inputOf({ entry, metadata, entry_type, tags }: Record<string, unknown>): Record<string, unknown> {
  if (entry === undefined || entry === null || (typeof entry === 'string' && entry.trim() === '')) {
    throw new AppError('malformed', 'Entry content is required')
  }
  const given = { entry, metadata, entry_type, tags }
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== null),
  )
}

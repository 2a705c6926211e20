import type { RawRequest, RawRoute } from '../../../core/module'
import type { EntryView } from '../entries/entry'
import { answer } from './answer'

const parameter = (name: string, schema: object, description: string) => ({
  name,
  in: 'query',
  required: false,
  schema,
  description,
})

export const getEntries: RawRoute = {
  method: 'GET',
  path: '/get_journal_entries',
  title: 'List journal entries (older path)',
  description: 'The predecessor’s path, with its answers; new clients call GET /api/v1/journal/entries.',
  access: 'optional',
  openapi: {
    parameters: [
      parameter('limit', { type: 'integer', default: 10, minimum: 1, maximum: 100 }, 'Entries at most'),
      parameter('offset', { type: 'integer', default: 0, minimum: 0 }, 'Skip so many of the newest'),
      parameter('entry_type', { type: 'string' }, 'Only this type'),
    ],
  },
  handle: (raw) => answer(raw, () => list(raw)),
}

async function list(raw: RawRequest): Promise<Record<string, unknown>> {
  const page = (await raw.call('get_journal_entries', queryOf(raw.request))) as {
    entries: EntryView[]
    count: number
    total: number
  }
  const owner = raw.principal!.id
  return {
    success: true,
    entries: page.entries.map((entry) => viewOf(owner, entry)),
    count: page.count,
    total: page.total,
  }
}

/** Numbers as numbers; what is none stays text, so that validation names it. Other parameters were ignored, and are. */
function queryOf(request: Request): Record<string, unknown> {
  const query = new URL(request.url).searchParams
  const number = (name: string, otherwise: number) => {
    const text = query.get(name)
    return text === null ? otherwise : /^-?\d{1,15}$/.test(text) ? Number(text) : text
  }
  const entryType = query.get('entry_type')
  return {
    limit: number('limit', 10),
    offset: number('offset', 0),
    ...(entryType && { entry_type: entryType }),
  }
}

const viewOf = (owner: string, entry: EntryView) => ({
  id: entry.id,
  user_id: owner,
  entry: entry.entry,
  entry_type: entry.entry_type,
  tags: entry.tags,
  metadata: entry.metadata,
  created_at: entry.created_at,
  updated_at: entry.updated_at,
})

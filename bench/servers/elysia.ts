import { Database } from 'bun:sqlite'
import { Elysia } from 'elysia'

/**
 * The baselines: a bare Elysia server. `/json` answers a small object; `/echo` parses the posted JSON and answers `ANSWER`; `/sqlite` reads one
 * owner's ten newest entries of `DATABASE` and answers them, with nothing around it.
 */
const answer = JSON.parse(process.env.ANSWER ?? '{"ok":true}')

interface Row {
  tags: string
  symbols: string
  metadata: string
  occurred_at: number
  created_at: number
  updated_at: number
}

const time = (at: number) => new Date(at).toISOString()

function newest(file: string): () => unknown {
  const db = new Database(file, { readonly: true })
  const { owner } = db.prepare<{ owner: string }, []>('select owner from journal_entries limit 1').get()!
  const newest = db.prepare<Row, [string]>(
    `select id, entry, entry_type, tags, symbols, metadata, occurred_at, created_at, updated_at from journal_entries
      where owner = +? order by occurred_at desc, id desc limit 10`,
  )
  return () => ({
    success: true,
    entries: newest.all(owner).map((row) => ({
      ...row,
      tags: JSON.parse(row.tags),
      symbols: JSON.parse(row.symbols),
      metadata: JSON.parse(row.metadata),
      occurred_at: time(row.occurred_at),
      created_at: time(row.created_at),
      updated_at: time(row.updated_at),
    })),
  })
}

const app = new Elysia()
  .get('/json', () => ({ ok: true }))
  .post('/echo', ({ body }) => (body ? answer : null))
  .get('/sqlite', process.env.DATABASE ? newest(process.env.DATABASE) : () => null)
  .listen({ port: 0, hostname: '127.0.0.1' })

console.log(`http://127.0.0.1:${app.server!.port}`)

import { Type } from '@sinclair/typebox'
import { inArray } from 'drizzle-orm'
import { defineOperation } from '../../../core/operation'
import type { Reader } from '../../../core/storage'
import { newestFiles } from '../files/list-recent-files'
import { findRepositories } from '../repositories/find-repository'
import type { Hit } from '../search/hit'
import { lookFor } from '../search/looking'
import { beginning, readPage } from '../search/pages'
import { termQuery } from '../search/query/parse'
import { openScope } from '../search/scope'
import { indexedFiles } from '../tables'
import { documentView, readDocuments, type Source } from './document'

const closed = { additionalProperties: false }

/** What the predecessor's searches are about. */
interface Given {
  term?: string
  repository?: string
  project?: string
  limit: number
}

export const searchDocuments = defineOperation({
  name: 'search_documents',
  title: 'Files with their whole text',
  description:
    'Whole files that contain a literal, best first, or without term those indexed last: for programs made for the older GET /search and GET /files/recent. Agents use search_code, whose answers are small.',
  input: Type.Object(
    {
      term: Type.Optional(
        Type.String({ minLength: 1, maxLength: 500, description: 'Looked for as it stands' }),
      ),
      repository: Type.Optional(Type.String({ minLength: 1, maxLength: 400, description: 'Name or id' })),
      project: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Name or id' })),
      limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Files' }),
    },
    closed,
  ),
  output: Type.Object({ results: Type.Array(documentView) }, closed),
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  listed: 'module',
  rest: { method: 'GET', path: '/documents' },
  examples: [{ title: 'Two files that call it', input: { term: 'createServer(', limit: 2 } }],
  run: (given, call) =>
    call.read(async (db) => {
      const owner = call.principal.id
      const asked = given as Given
      const sources =
        asked.term === undefined
          ? await newest(db, owner, asked)
          : await matching(db, owner, asked, asked.term)
      return { results: await readDocuments(db, owner, sources) }
    }),
})

async function newest(db: Reader, owner: string, given: Given): Promise<Source[]> {
  const places = (await findRepositories(db, owner, given)).filter(({ generation }) => generation > 0)
  const generations = new Map(places.map(({ id, generation }) => [id, generation]))
  const rows = await newestFiles(db, owner, places, given.limit, undefined)
  return rows.map(({ file, repository_id, path, blob, indexed_at }) => ({
    file,
    repositoryId: repository_id,
    generation: generations.get(repository_id)!,
    path,
    blob: blob!,
    indexedAt: indexed_at,
  }))
}

async function matching(db: Reader, owner: string, given: Given, term: string): Promise<Source[]> {
  const query = termQuery(term)
  const scope = await openScope(db, owner, given)
  if (!scope.range) return []
  const looking = lookFor(db, owner, query, scope.places, scope.range)
  const hits: Hit[] = []
  for (let place = beginning(looking); hits.length < given.limit; ) {
    const page = await readPage(looking, place, given.limit - hits.length)
    hits.push(...page.found.map(({ hit }) => hit))
    if (!page.rest) break
    place = page.rest
  }
  return sourcesOf(db, hits.slice(0, given.limit))
}

async function sourcesOf(db: Reader, hits: readonly Hit[]): Promise<Source[]> {
  if (hits.length === 0) return []
  const t = indexedFiles.on(db.dialect)
  const numbers = hits.map(({ file }) => file.file)
  const rows = await db.select({ file: t.file, at: t.indexed_at }).from(t).where(inArray(t.file, numbers))
  const times = new Map(rows.map(({ file, at }) => [file, at]))
  return hits.map((hit) => ({
    file: hit.file.file,
    repositoryId: hit.file.place.id,
    generation: hit.file.place.generation,
    path: hit.file.path,
    blob: hit.file.blob,
    indexedAt: times.get(hit.file.file)!,
    snippet: snippetOf(hit),
  }))
}

const around = 60

/** The first match with sixty characters on either side, blanks collapsed. */
function snippetOf({ lines }: Hit): string {
  const [first] = lines.toSorted((a, b) => a.line - b.line)
  if (!first) return ''
  const [start, end] = first.ranges[0]!
  const text = first.text.slice(Math.max(0, start - around), end + around)
  return text.replace(/\s+/g, ' ').trim().toWellFormed()
}

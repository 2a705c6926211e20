import { type Static, Type } from '@sinclair/typebox'
import { and, asc, eq, gt, isNull, lte, or } from 'drizzle-orm'
import type { Reader } from '../../../core/storage'
import { bytesOf, roomFor } from '../search/answer/fit'
import { readText } from '../search/index-text'
import { references } from '../tables'

/** A file with its whole text, in the predecessor's fields. */
export const documentView = Type.Object(
  {
    id: Type.String(),
    projectRoot: Type.String({ description: 'The repository’s id' }),
    path: Type.String(),
    content: Type.String(),
    dependencies: Type.Array(Type.String(), { description: 'What it imports, as written there' }),
    indexedAt: Type.String({ format: 'date-time' }),
    snippet: Type.Optional(Type.String({ description: 'Around the first match, blanks collapsed' })),
    contentCut: Type.Optional(Type.Literal(true, { description: 'Too long for an answer: get_file has it' })),
  },
  { additionalProperties: false },
)
export type DocumentView = Static<typeof documentView>

/** A file that is to be shown whole. */
export interface Source {
  file: number
  repositoryId: string
  /** The generation that readers see. */
  generation: number
  path: string
  blob: number
  indexedAt: Date
  snippet?: string
}

/** Bytes of JSON: an answer has at most 1 MiB. */
const mostBytes = 900_000
const longestContent = 800_000

/** As many of these files as one answer holds, the first always. */
export async function readDocuments(
  db: Reader,
  owner: string,
  sources: readonly Source[],
): Promise<DocumentView[]> {
  const fits = roomFor(mostBytes)
  const documents: DocumentView[] = []
  for (const source of sources) {
    const document = await readDocument(db, owner, source)
    if (!fits(document)) break
    documents.push(document)
  }
  return documents
}

async function readDocument(db: Reader, owner: string, source: Source): Promise<DocumentView> {
  const text = await readText(db, owner, source.blob)
  const cut = bytesOf(text) > longestContent
  return {
    id: String(source.file),
    projectRoot: source.repositoryId,
    path: source.path,
    // A character takes six bytes of JSON at most.
    content: cut ? text.slice(0, longestContent / 6).toWellFormed() : text,
    dependencies: await importsOf(db, owner, source),
    indexedAt: source.indexedAt.toISOString(),
    ...(source.snippet === undefined ? {} : { snippet: source.snippet }),
    ...(cut ? { contentCut: true as const } : {}),
  }
}

const mostImports = 1000

async function importsOf(db: Reader, owner: string, { file, generation }: Source): Promise<string[]> {
  const t = references.on(db.dialect)
  const shown = and(lte(t.added_in, generation), or(isNull(t.removed_in), gt(t.removed_in, generation)))
  const rows = await db
    .select({ specifier: t.specifier })
    .from(t)
    .where(and(eq(t.owner, owner), eq(t.file, file), shown))
    .orderBy(asc(t.ordinal))
    .limit(mostImports)
  return [...new Set(rows.map(({ specifier }) => specifier))]
}

import { setImmediate as turn } from 'node:timers/promises'
import { and, eq, gt, inArray, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import type { Dialect, Reader } from '../../../core/storage'
import type { FileFacts, ImportFact } from '../parsing/facts'
import { unpackFacts, unpackImports } from '../parsing/pack'
import { readTexts } from '../search/index-text'
import { codeBlobs, indexedFiles, symbols } from '../tables'

/** What the graph looks at: one generation of one owner's repository. */
export interface View {
  owner: string
  repositoryId: string
  generation: number
}

/** A file that has a text. */
export interface GraphFile {
  file: number
  path: string
  blob: number
  language: string
  test: boolean
  addedIn: number
}

interface Owned {
  owner: unknown
  repository_id: unknown
  added_in: unknown
  removed_in: unknown
}

/** The condition on a table with generations for what a view shows; the owner is part of it. */
export function isShown(table: Owned, { owner, repositoryId, generation }: View): SQL {
  const t = table as ReturnType<typeof indexedFiles.on>
  return and(
    eq(t.owner, owner),
    eq(t.repository_id, repositoryId),
    lte(t.added_in, generation),
    or(isNull(t.removed_in), gt(t.removed_in, generation)),
  )!
}

const columns = (dialect: Dialect) => {
  const t = indexedFiles.on(dialect)
  return { file: t.file, path: t.path, blob: t.blob, language: t.language, test: t.test, addedIn: t.added_in }
}

/** The same without the index of generations, which SQLite would take instead of the one of the paths that are asked for: it counts no rows. */
export const isShownThere = ({ owner, repository_id, added_in, removed_in }: Owned, view: View): SQL =>
  isShown({ owner, repository_id, added_in: sql`+${added_in}`, removed_in }, view)

/** Every file with a text. */
export async function readFiles(db: Reader, view: View): Promise<GraphFile[]> {
  const t = indexedFiles.on(db.dialect)
  const rows = await db
    .select(columns(db.dialect))
    .from(t)
    .where(and(isShown(t, view), isNotNull(t.blob)))
  return rows as GraphFile[]
}

/** The files of these paths that have a text. */
export async function readFilesAt(db: Reader, view: View, paths: readonly string[]): Promise<GraphFile[]> {
  const t = indexedFiles.on(db.dialect)
  const found: GraphFile[] = []
  for (let at = 0; at < paths.length; at += 500) {
    const rows = await db
      .select(columns(db.dialect))
      .from(t)
      .where(and(isShown(t, view), isNotNull(t.blob), inArray(t.path, paths.slice(at, at + 500))))
    found.push(...(rows as GraphFile[]))
  }
  return found
}

const factsAtOnce = 40

/** What parsing found in these texts, by blob. */
export async function readFacts(
  db: Reader,
  owner: string,
  blobs: readonly number[],
  breathe: () => Promise<void> | undefined,
): Promise<Map<number, FileFacts>> {
  const [t, s] = [codeBlobs.on(db.dialect), symbols.on(db.dialect)]
  const found = new Map<number, FileFacts>()
  for await (const part of inParts(blobs)) {
    const rows = await db
      .select({ blob: t.blob, facts: t.facts, packed: s.packed })
      .from(t)
      .leftJoin(s, eq(s.blob, t.blob))
      .where(and(eq(t.owner, owner), inArray(t.blob, part)))
    for (const { blob, facts, packed } of rows) {
      await breathe()
      found.set(blob, unpackFacts(facts, packed))
    }
  }
  return found
}

/** What these texts import, by blob. */
export async function readImports(
  db: Reader,
  owner: string,
  blobs: readonly number[],
): Promise<Map<number, ImportFact[]>> {
  const t = codeBlobs.on(db.dialect)
  const found = new Map<number, ImportFact[]>()
  for await (const part of inParts(blobs)) {
    const rows = await db
      .select({ blob: t.blob, facts: t.facts })
      .from(t)
      .where(and(eq(t.owner, owner), inArray(t.blob, part)))
    for (const { blob, facts } of rows) found.set(blob, unpackImports(facts))
  }
  return found
}

/** A few at a time: unpacking takes its time, and others are served in between. */
async function* inParts(blobs: readonly number[]): AsyncGenerator<number[]> {
  const wanted = [...new Set(blobs)]
  for (let at = 0; at < wanted.length; at += factsAtOnce) {
    if (at > 0) await turn()
    yield wanted.slice(at, at + factsAtOnce)
  }
}

/** Texts of these files by path; an empty one is ''. */
export async function readTextsAt(
  db: Reader,
  owner: string,
  files: readonly GraphFile[],
): Promise<Map<string, string>> {
  const texts = await readTexts(
    db,
    owner,
    files.map(({ blob }) => blob),
  )
  return new Map(files.map(({ path, blob }) => [path, texts.get(blob) ?? '']))
}

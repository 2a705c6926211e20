import { sql } from 'drizzle-orm'
import type { Scope } from '../../../src/core/storage'
import { noFacts, type ParsedFile } from '../../../src/modules/code/parsing/facts'
import { packFile } from '../../../src/modules/code/parsing/pack'
import { takeNumbers } from '../../../src/modules/code/pipeline/numbers'
import { stepsToIndex } from '../../../src/modules/code/search/index-text'
import { type BlockLimits, indexPostings } from '../../../src/modules/code/search/postings/index-postings'
import { stepsToAddSymbols } from '../../../src/modules/code/symbols/symbol-rows'
import { codeBlobs, indexedFiles, repositories } from '../../../src/modules/code/tables'

/** A file of a corpus. */
export interface CorpusFile {
  path: string
  text: string
  language?: string
  generated?: boolean
  symbols?: { name: string; line: number; column?: number; kind?: string; signature?: string }[]
}

const batch = 50
const when = new Date('2026-11-01T08:00:00Z')

/** Stores files as the complete index of a repository, without git: for what is about search alone. Returns the repository's id. */
export async function addCorpus(
  scope: Scope,
  owner: string,
  name: string,
  files: readonly CorpusFile[],
  blocks?: BlockLimits,
): Promise<string> {
  const id = Bun.randomUUIDv7()
  await scope.write((tx) => tx.insert(repositories.on(tx.dialect)).values(repositoryRow(id, owner, name)))
  for (let at = 0; at < files.length; at += batch)
    await storeFiles(scope, owner, id, files.slice(at, at + batch), 1)
  await indexPostings({ scope, owner, repositoryId: id }, undefined, blocks)
  return id
}

/** Puts the next index of a repository in the place of the current one: changed or new files, and paths that are gone. */
export async function changeCorpus(
  scope: Scope,
  owner: string,
  id: string,
  changed: readonly CorpusFile[],
  gone: readonly string[] = [],
  signal?: AbortSignal,
): Promise<void> {
  const row = await scope.read(async (db) => {
    const t = repositories.on(db.dialect)
    const [found] = await db.select().from(t).where(sql`${t.id} = ${id}`)
    return found!
  })
  const next = row.generation + 1
  await scope.write(async (tx) => {
    const t = indexedFiles.on(tx.dialect)
    for (const path of [...changed.map((file) => file.path), ...gone])
      await tx
        .update(t)
        .set({ removed_in: next })
        .where(sql`${t.repository_id} = ${id} and ${t.path} = ${path} and ${t.removed_in} is null`)
  })
  if (changed.length > 0) await storeFiles(scope, owner, id, changed, next)
  await indexPostings({ scope, owner, repositoryId: id }, signal)
  await scope.write((tx) => {
    const t = repositories.on(tx.dialect)
    return tx.update(t).set({ generation: next }).where(sql`${t.id} = ${id}`)
  })
}

const repositoryRow = (id: string, owner: string, name: string) => ({
  id,
  owner,
  name,
  ref: '',
  kind: 'remote' as const,
  location: `https://github.com/${name}`,
  branch: 'main',
  commit: '0123456789abcdef0123456789abcdef01234567',
  private: false,
  dirty: false,
  generation: 1,
  files: 0,
  skipped: 0,
  bytes: 0,
  symbols: 0,
  references: 0,
  status: 'ready' as const,
  indexed_at: when,
  created_at: when,
  updated_at: when,
})

async function storeFiles(
  scope: Scope,
  owner: string,
  repository: string,
  files: readonly CorpusFile[],
  generation: number,
): Promise<void> {
  await scope.write(async (tx) => {
    const first = await takeNumbers(tx, owner, files.length)
    const blobs = files.map((file, at) => blobRow(owner, repository, file, first + at))
    await tx.insert(codeBlobs.on(tx.dialect)).values(blobs)
    await tx
      .insert(indexedFiles.on(tx.dialect))
      .values(files.map((file, at) => fileRow(owner, repository, file, first + at, generation)))
    const texts = files.map((file, at) => ({ blob: first + at, text: file.text, ...parsed(file.symbols) }))
    for (const step of stepsToIndex(owner, texts, 200)) await step(tx)
    for (const step of stepsToAddSymbols(owner, repository, texts)) await step(tx)
  })
}

const blobRow = (owner: string, repository_id: string, file: CorpusFile, blob: number) => ({
  blob,
  owner,
  repository_id,
  hash: `${blob}`,
  language: file.language ?? 'text',
  encoding: 'utf-8' as const,
  bytes: Buffer.byteLength(file.text),
  lines: file.text.split('\n').length,
  minified: false,
  generated: file.generated ?? false,
  facts: null,
  facts_version: 0,
  symbols: file.symbols?.length ?? 0,
  references: 0,
  indexed_at: when,
})

const fileRow = (owner: string, repository_id: string, file: CorpusFile, blob: number, added_in: number) => ({
  file: blob,
  owner,
  repository_id,
  path: file.path,
  blob,
  hash: `${blob}`,
  language: file.language ?? 'text',
  bytes: Buffer.byteLength(file.text),
  skipped: null,
  vendored: false,
  generated: file.generated ?? false,
  test: false,
  previous_path: null,
  first_seen_at: when,
  indexed_at: when,
  added_in,
  removed_in: null,
})

/** What a parser would say that found these symbols alone. */
export const parsed = (symbols: CorpusFile['symbols'] = []): ParsedFile =>
  packFile({
    ...noFacts,
    symbols: symbols.map(({ column = 1, kind = 'function', ...symbol }) => ({
      ...symbol,
      column,
      kind,
      endLine: symbol.line,
      exported: true,
    })),
  })

import { and, eq } from 'drizzle-orm'
import type { Writer } from '../../../core/storage'
import type { ParsedFile } from '../parsing/facts'
import { indexText } from '../search/index-text'
import { addSymbols, removeSymbols } from '../symbols/symbol-rows'
import { codeBlobs, type Encoding } from '../tables'
import type { KnownBlob } from './current-files'
import { takeNumbers } from './numbers'

/** A text that was read and parsed, on its way to the index. */
export interface NewText {
  path: string
  hash: string
  language: string
  text: string
  encoding: Encoding
  bytes: number
  lines: number
  generated: boolean
  minified: boolean
}

/** Of whom and of what the texts are. */
export interface TextPlace {
  owner: string
  repositoryId: string
  /** The extractor's version. */
  version: number
  at: Date
}

/** Stores texts with pieces, search index and symbols; all of it or nothing. */
export async function storeTexts(
  tx: Writer,
  place: TextPlace,
  texts: readonly NewText[],
  parsed: readonly ParsedFile[],
): Promise<KnownBlob[]> {
  const { owner, repositoryId, version, at } = place
  const first = await takeNumbers(tx, owner, texts.length)
  const rows = texts.map(({ path: _, text: __, ...text }, index) => ({
    ...text,
    blob: first + index,
    owner,
    repository_id: repositoryId,
    facts: parsed[index]!.facts,
    facts_version: version,
    symbols: parsed[index]!.symbols.length,
    references: parsed[index]!.referenceCount,
    indexed_at: at,
  }))
  await tx.insert(codeBlobs.on(tx.dialect)).values(rows)
  await indexText(
    tx,
    owner,
    texts.map(({ text }, index) => ({ blob: first + index, text })),
  )
  await addSymbols(
    tx,
    owner,
    repositoryId,
    parsed.map(({ symbols }, index) => ({ blob: first + index, symbols })),
  )
  return rows.map(({ blob, hash, language, generated, minified }) => ({
    blob,
    hash,
    language,
    generated,
    minified,
    factsVersion: version,
  }))
}

/** Replaces what an older parser found in a text. */
export async function replaceFacts(
  tx: Writer,
  place: TextPlace,
  blob: number,
  { facts, symbols, referenceCount }: ParsedFile,
): Promise<void> {
  const t = codeBlobs.on(tx.dialect)
  await removeSymbols(tx, [blob])
  await addSymbols(tx, place.owner, place.repositoryId, [{ blob, symbols }])
  await tx
    .update(t)
    .set({ facts, facts_version: place.version, symbols: symbols.length, references: referenceCount })
    .where(and(eq(t.owner, place.owner), eq(t.blob, blob)))
}

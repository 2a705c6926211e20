import { and, between, eq } from 'drizzle-orm'
import type { Writer } from '../../../core/storage'
import type { ParsedFile } from '../parsing/facts'
import { redefineText, stepsToIndex } from '../search/index-text'
import { markStale } from '../search/postings/blocks'
import { removeSymbols, stepsToAddSymbols } from '../symbols/symbol-rows'
import { codeBlobs, type Encoding } from '../tables'
import type { KnownBlob } from './current-files'
import { takeNumbers } from './numbers'
import { rowsOfStep, type StepPlace, takeSteps } from './steps'

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

/** In place of a parser's version while a text is not stored to its end. What stayed so is taken away by the next attempt. */
export const unfinished = -1

/** Stores texts with pieces, search index and symbols, in parts between which others write. Until the last one nobody knows the texts. */
export async function storeTexts(
  steps: StepPlace,
  place: TextPlace,
  texts: readonly NewText[],
  parsed: readonly ParsedFile[],
): Promise<KnownBlob[]> {
  const { owner, repositoryId, version } = place
  const first = await steps.scope.write((tx) => beginTexts(tx, place, texts, parsed))
  const numbered = texts.map(({ text }, index) => ({
    blob: first + index,
    text,
    definitions: parsed[index]!.definitions,
    symbols: parsed[index]!.symbols,
  }))
  const rows = rowsOfStep(steps)
  await takeSteps(steps, [
    ...stepsToIndex(owner, numbered, rows),
    ...stepsToAddSymbols(owner, repositoryId, numbered, rows),
    (tx) => finishTexts(tx, place, first, texts.length),
  ])
  return texts.map(({ hash, language, generated, minified }, index) => ({
    blob: first + index,
    hash,
    language,
    generated,
    minified,
    factsVersion: version,
  }))
}

/** Stores the rows of texts that nobody knows yet. Returns the number of the first. */
async function beginTexts(
  tx: Writer,
  { owner, repositoryId, at }: TextPlace,
  texts: readonly NewText[],
  parsed: readonly ParsedFile[],
): Promise<number> {
  const first = await takeNumbers(tx, owner, texts.length)
  const rows = texts.map(({ hash, language, encoding, bytes, lines, minified, generated }, index) => {
    const { facts, symbolCount, referenceCount } = parsed[index]!
    const text = [hash, language, encoding, bytes, lines, minified, generated]
    return [first + index, owner, repositoryId, ...text, facts, unfinished, symbolCount, referenceCount, at]
  })
  await tx.addRows(codeBlobs.name, columns, rows)
  return first
}

const columns = [
  'blob',
  'owner',
  'repository_id',
  'hash',
  'language',
  'encoding',
  'bytes',
  'lines',
  'minified',
  'generated',
  'facts',
  'facts_version',
  'symbols',
  'references',
  'indexed_at',
]

async function finishTexts(tx: Writer, { owner, version }: TextPlace, first: number, count: number) {
  const t = codeBlobs.on(tx.dialect)
  await tx
    .update(t)
    .set({ facts_version: version })
    .where(and(eq(t.owner, owner), between(t.blob, first, first + count - 1)))
}

/** Replaces what an older parser found in a text. */
export async function replaceFacts(
  tx: Writer,
  place: TextPlace,
  blob: number,
  { facts, symbols, symbolCount, definitions, referenceCount }: ParsedFile,
): Promise<void> {
  const t = codeBlobs.on(tx.dialect)
  await redefineText(tx, place.owner, blob, definitions)
  await markStale(tx, place, blob)
  await removeSymbols(tx, [blob])
  for (const step of stepsToAddSymbols(place.owner, place.repositoryId, [{ blob, symbols }])) await step(tx)
  await tx
    .update(t)
    .set({ facts, facts_version: place.version, symbols: symbolCount, references: referenceCount })
    .where(and(eq(t.owner, place.owner), eq(t.blob, blob)))
}

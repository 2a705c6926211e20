import type { Scope } from '../../../core/storage'
import type { ThreadHost } from '../../../core/thread-program'
import type { Extractor } from '../parsing/extractor'
import type { CodeSettings } from '../settings'
import { isGenerated, isMinified } from './classify'
import type { KnownBlob } from './current-files'
import { decodeText } from './encoding'
import { languageOf } from './language'
import { createPool } from './pool'
import type { Snapshot, SnapshotFile } from './snapshot'
import { type NewText, storeTexts, type TextPlace } from './store-texts'

/** Everything that reading and storing texts needs. */
export interface TextRun {
  host: ThreadHost<CodeSettings>
  scope: Scope
  extractor: Extractor
  place: TextPlace
  snapshot: Snapshot
  signal: AbortSignal
  /** Told after each batch. */
  onStored(files: number, bytes: number): Promise<void>
}

/** Texts of a batch: what one message to a parser and a few short transactions hold. */
const batch = { texts: 32, length: 256 * 1024 }
/** Batches that are parsed at once. */
const parallel = 3

/**
 * Reads the contents of files, parses and stores them. Returns the new texts and the hashes of what is no text. At no time are more than a
 * few batches in memory.
 */
export async function readTexts(
  run: TextRun,
  files: readonly SnapshotFile[],
): Promise<{ blobs: KnownBlob[]; binary: Set<string> }> {
  const byHash = Map.groupBy(files, ({ hash }) => hash)
  const firsts = [...byHash.values()].map(([first]) => first!)
  const found = { blobs: [] as KnownBlob[], binary: new Set<string>() }
  const pool = createPool(parallel)
  const flush = (texts: NewText[]) =>
    pool.add(async () => void found.blobs.push(...(await parseAndStore(run, texts))))
  let texts: NewText[] = []
  let length = 0
  for await (const { hash, bytes } of run.snapshot.read(firsts, run.signal)) {
    run.signal.throwIfAborted()
    const decoded = textsOf(byHash.get(hash) ?? [], hash, bytes)
    if (!decoded) {
      found.binary.add(hash)
      await run.onStored(1, bytes.length)
      continue
    }
    texts.push(...decoded)
    length += decoded.reduce((sum, { text }) => sum + text.length, 0)
    if (texts.length < batch.texts && length < batch.length) continue
    await flush(texts)
    ;[texts, length] = [[], 0]
  }
  if (texts.length > 0) await flush(texts)
  await pool.done()
  return found
}

/** One text for each language that paths with these bytes have; undefined for what is no text. */
function textsOf(files: readonly SnapshotFile[], hash: string, bytes: Uint8Array): NewText[] | undefined {
  const decoded = decodeText(bytes)
  if (!decoded) return undefined
  const lines = countLines(decoded.text)
  const minified = isMinified(decoded.text, lines)
  const shared = {
    hash,
    ...decoded,
    bytes: bytes.length,
    lines,
    minified,
    generated: isGenerated('', decoded.text),
  }
  const byLanguage = new Map(files.map(({ path }) => [languageOf(path, decoded.text), path]))
  return [...byLanguage].map(([language, path]) => ({ ...shared, path, language }))
}

function countLines(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return text === '' || text.endsWith('\n') ? lines : lines + 1
}

async function parseAndStore(run: TextRun, texts: NewText[]): Promise<KnownBlob[]> {
  const parsed = await run.extractor.extract(texts.map(parsable), run.signal)
  const stored = await storeTexts(run, run.place, texts, parsed)
  await run.onStored(
    texts.length,
    texts.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  return stored
}

/** Minified code has nothing to show in a graph, and takes parsers long. */
const parsable = ({ path, language, text, minified }: NewText) =>
  minified ? { path, language: 'text', text: '' } : { path, language, text }

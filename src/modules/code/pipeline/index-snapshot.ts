import type { Scope } from '../../../core/storage'
import type { ThreadHost } from '../../../core/thread-program'
import { resolveReferences } from '../graph/resolve'
import type { Extractor } from '../parsing/extractor'
import type { RepositoryRow } from '../repositories/repository'
import { indexPostings } from '../search/postings/index-postings'
import type { CodeSettings } from '../settings'
import type { IndexStats, Phase } from '../tables'
import { isGenerated, isTestFile, isVendored } from './classify'
import { type Comparison, compareSnapshot } from './comparison'
import { type KnownBlob, readCurrentFiles, readKnownBlobs } from './current-files'
import { languageOfPath } from './language'
import { removeTexts } from './orphans'
import { readTexts } from './read-texts'
import { reparseTexts } from './reparse'
import type { Snapshot, SnapshotFile } from './snapshot'
import { addFiles, closeFiles, type StagedFile, type StagePlace, unstage } from './stage'
import type { StepPlace } from './steps'
import { unfinished } from './store-texts'

/** How far the work is. */
export interface Progress {
  phase: Phase
  filesDone?: number
  filesTotal?: number
  bytesDone?: number
  bytesTotal?: number
}

/** Everything that making a snapshot the next generation needs. */
export interface IndexRun {
  host: ThreadHost<CodeSettings>
  scope: Scope
  extractor: Extractor
  repository: RepositoryRow
  snapshot: Snapshot
  signal: AbortSignal
  report(progress: Progress): Promise<void>
}

/** A generation that is complete but not shown yet. */
export interface Staged {
  generation: number
  /** What the job did; what the repository then has is counted. */
  stats: Pick<IndexStats, 'files_changed' | 'files_removed' | 'contents_parsed' | 'dependencies_extracted'>
}

/**
 * Makes the repository's next generation: texts that are new are read, parsed and stored, files and references staged. Until the caller
 * switches, readers see the old one. Whatever was stored before a crash is found again and not done twice.
 */
export async function indexSnapshot(run: IndexRun): Promise<Staged> {
  const { host, scope, extractor, repository, snapshot, signal } = run
  const place = { host, signal, scope, owner: repository.owner, repositoryId: repository.id }
  const texts = {
    owner: repository.owner,
    repositoryId: repository.id,
    version: extractor.version,
    at: new Date(host.now()),
  }
  await unstage(place, repository.generation)
  const current = await readCurrentFiles(scope, place.owner, place.repositoryId)
  const stored = await readKnownBlobs(scope, place.owner, place.repositoryId)
  const known = stored.filter(({ factsVersion }) => factsVersion !== unfinished)
  const begun = stored.filter(({ factsVersion }) => factsVersion === unfinished)
  await removeTexts(
    place,
    begun.map(({ blob }) => blob),
  )
  const outdated = known.filter(({ factsVersion }) => factsVersion !== extractor.version)
  const comparison = compareSnapshot(snapshot.files, current)
  const { blobs, binary } = await readMissing(run, texts, comparison, known)
  await reparseTexts({ scope, extractor, place: texts, signal }, outdated)
  // Writing the lists of many texts takes as much memory as parsing them; for a few a parser is not started anew.
  if (blobs.size - known.length > manyTexts) extractor.rest()
  await indexPostings(place, signal)
  const generation = repository.generation + 1
  const staged = comparison.changed.map((change) => stagedFile(change, blobs, binary, texts.at))
  await closeFiles(
    place,
    generation,
    comparison.closed.map(({ file }) => file),
  )
  await addFiles(place, generation, staged)
  const dependencies_extracted = await resolve(
    run,
    place,
    generation,
    pathsChanged(comparison, snapshot, outdated.length > 0),
  )
  return {
    generation,
    stats: {
      files_changed: staged.filter(({ skipped }) => skipped === null).length,
      files_removed: comparison.gone.length,
      contents_parsed: outdated.length + blobs.size - known.length,
      dependencies_extracted,
    },
  }
}

const manyTexts = 2000

function pathsChanged({ changed, gone }: Comparison, { files }: Snapshot, everything: boolean) {
  const added = everything ? files : changed.map(({ file }) => file)
  return { added: added.map(({ path }) => path), removed: gone }
}

async function resolve(
  run: IndexRun,
  place: StagePlace & StepPlace,
  generation: number,
  changed: { added: string[]; removed: string[] },
) {
  await run.report({ phase: 'resolving' })
  return resolveReferences({
    ...place,
    generation,
    changed,
    signal: run.signal,
    progress: (filesDone, filesTotal) => run.report({ phase: 'resolving', filesDone, filesTotal }),
  })
}

/** Texts by hash and language, those that the index had and those that were just read. */
type Texts = Map<string, KnownBlob>
const textKey = (hash: string, language: string) => `${hash} ${language}`

async function readMissing(
  run: IndexRun,
  place: Parameters<typeof reparseTexts>[0]['place'],
  { changed }: Comparison,
  known: readonly KnownBlob[],
): Promise<{ blobs: Texts; binary: Set<string> }> {
  const blobs: Texts = new Map(known.map((blob) => [textKey(blob.hash, blob.language), blob]))
  const wanted = changed
    .map(({ file }) => file)
    .filter((file) => file.skipped === null && !findText(blobs, file))
  const unique = new Map(wanted.map((file) => [file.hash, file]))
  const bytesTotal = [...unique.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  const done = { filesDone: 0, bytesDone: 0 }
  const report = () => run.report({ phase: 'parsing', ...done, filesTotal: unique.size, bytesTotal })
  await report()
  const onStored = (files: number, bytes: number) => {
    done.filesDone = Math.min(unique.size, done.filesDone + files)
    done.bytesDone += bytes
    return report()
  }
  const read = await readTexts({ ...run, place, onStored }, wanted)
  for (const blob of read.blobs) blobs.set(textKey(blob.hash, blob.language), blob)
  return { blobs, binary: read.binary }
}

/** The text of a file. One without a telling name has its language from its first line: any text with its bytes that such a file can have. */
function findText(blobs: Texts, { path, hash }: SnapshotFile): KnownBlob | undefined {
  const language = languageOfPath(path)
  if (language !== '') return blobs.get(textKey(hash, language))
  return ['text', 'python', 'bash', 'javascript', 'typescript', 'ruby', 'php', 'perl', 'lua']
    .map((possible) => blobs.get(textKey(hash, possible)))
    .find(Boolean)
}

function stagedFile(
  { file, before }: Comparison['changed'][number],
  blobs: Texts,
  binary: ReadonlySet<string>,
  at: Date,
): StagedFile {
  const { path, hash, bytes } = file
  const text = file.skipped === null && !binary.has(hash) ? findText(blobs, file) : undefined
  const skipped = file.skipped ?? (text ? null : binary.has(hash) ? 'binary' : 'unreadable')
  return {
    path,
    blob: text?.blob ?? null,
    hash,
    language: text?.language ?? (languageOfPath(path) || 'text'),
    bytes,
    skipped,
    vendored: isVendored(path),
    generated: text !== undefined && (text.generated || text.minified || isGenerated(path, '')),
    test: isTestFile(path),
    previous_path: before && before.path !== path ? before.path : null,
    first_seen_at: before?.firstSeenAt ?? at,
    indexed_at: at,
  }
}

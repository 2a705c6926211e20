import type { Dialect } from '../../core/storage'
import type { BackedUpFile } from '../backup/backup'
import type { Tally } from './tally'

/** What of an installation an archive holds. It is the last entry: an archive without one was never finished. */
export interface Manifest {
  format: 1
  /** UUID: tells an import that was interrupted which archive it was of. */
  id: string
  /** ISO 8601 UTC. */
  created_at: string
  /** Version of the binary that made it. */
  version: string
  /** Where it comes from. */
  dialect: Dialect
  /** Newest migration of that database. */
  schema: string
  tables: (Tally & { name: string; columns: readonly string[] })[]
  /** Local files, as in a backup. */
  files: BackedUpFile[]
  /** Every entry before this one, in order. */
  entries: Entry[]
}

/** One entry as it is stored: compressed. `size` is that of its text where it holds rows. */
export interface Entry {
  name: string
  bytes: number
  /** Hex. */
  sha256: string
  size?: number
}

/** Name of the last entry. */
export const manifestName = 'manifest.json'

/** Name of an entry that holds rows. */
export const rowsName = (table: string, page: number) =>
  `rows/${table}/${String(page).padStart(6, '0')}.jsonl.gz`

/** The table of an entry that holds rows. */
export const tableOf = (name: string): string | undefined =>
  /^rows\/(\w+)\/\d{6,}\.jsonl\.gz$/.exec(name)?.[1]

/** The file of an entry that holds one, as it is stored. */
export const storedFileOf = (name: string): string | undefined => /^files\/([\w.~-]+)$/.exec(name)?.[1]

const hashOf = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest('hex')

/** The text of a manifest, sealed with its own hash. */
export const writeManifest = (manifest: Manifest): string =>
  `${JSON.stringify({ ...manifest, sha256: hashOf(JSON.stringify(manifest)) }, null, 1)}\n`

/** Reads a manifest; undefined for one that is not whole. Throws an Error for a format of later. */
export function readManifest(text: string): Manifest | undefined {
  let parsed: Manifest & { sha256?: string }
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  const { sha256, ...manifest } = parsed
  if (hashOf(JSON.stringify(manifest)) !== sha256) return undefined
  if (manifest.format !== 1)
    throw new Error(`it has format ${manifest.format}, which this binary does not know: use a newer one`)
  return manifest
}

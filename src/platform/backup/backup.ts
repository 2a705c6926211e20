import type { DataFile } from '../../core/module'

/** One file of a backup as its manifest lists it. */
export interface BackedUpFile {
  /** Below the data folder, with `/`; `metrics.db` wherever SQLITE_DB_PATH is. */
  path: string
  /** Bytes and SHA-256 (hex) of the file itself. */
  bytes: number
  sha256: string
  /** Name, bytes and SHA-256 (hex) of what is stored: compressed, and encrypted where the backup is. */
  stored: string
  storedBytes: number
  storedSha256: string
}

/** What a backup holds. It is stored last: a backup without one was never finished. */
export interface Manifest {
  format: 1
  /** `20261121T064512Z-3f9c`: UTC, so that names sort by age. */
  name: string
  /** ISO 8601 UTC. */
  created_at: string
  /** Version of the binary that made it. */
  version: string
  dialect: 'sqlite' | 'postgres'
  /** Newest migration of the database, e.g. `0007`; null for an empty one. */
  schema: string | null
  /** Encrypted with age (age-encryption.org/v1). */
  encrypted: boolean
  files: BackedUpFile[]
}

/** One line of a list. */
export type Listed = Omit<Manifest, 'files' | 'format'> & { files: number; bytes: number }

/** Something to be backed up, in this order; `postgres` is a database, `from` its URL. */
export type Source = DataFile | { path: string; from: string; kind: 'postgres' }

/** Told how far long work is, in bytes. */
export type Progress = (done: number, total: number, what: string) => void

const form = /^\d{8}T\d{6}Z-[0-9a-f]{4}$/

/** True for a text that can name a backup. */
export const isName = (text: string): boolean => form.test(text)

/** A new name. */
export const newName = (at: Date): string =>
  `${at.toISOString().replace(/[-:]|\.\d+/g, '')}-${Bun.randomUUIDv7().slice(-4)}`

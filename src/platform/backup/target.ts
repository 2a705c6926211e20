import type { Config } from '../config/settings'

/** Where backups are kept: each is a few files under its name. */
export interface Target {
  /** Safe to print. */
  readonly location: string
  /** Names of what is there, finished or not, in any order. */
  names(): Promise<string[]>
  /** The manifest's text, or undefined for a backup that was never finished. */
  manifest(name: string): Promise<string | undefined>
  /** Stores a file of a backup that is being made. */
  put(name: string, file: string, from: string): Promise<void>
  /** Stores the manifest, which makes the backup whole. */
  finish(name: string, manifest: string): Promise<void>
  /** Fetches a file. Throws an Error that names it when it is not there. */
  get(name: string, file: string, to: string): Promise<void>
  remove(name: string): Promise<void>
}

export type TargetConfig = Pick<
  Config,
  | 'DATA_DIR'
  | 'BACKUP_TO'
  | 'BACKUP_S3_ENDPOINT'
  | 'BACKUP_S3_REGION'
  | 'BACKUP_S3_ACCESS_KEY_ID'
  | 'BACKUP_S3_SECRET_ACCESS_KEY'
>

import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gunzipSync } from 'node:zlib'
import type { Row } from '../../core/table'
import { openPacked } from '../backup/unpack'
import { type Entry, type Manifest, storedFileOf, tableOf } from './manifest'
import { damaged, type Found } from './read-archive'
import type { Store } from './store'

/** More in one entry is none of ours: a page has about a megabyte, or one row. */
const mostOfRows = 256 * 1024 * 1024

/** The rows of an entry, and what stores them. Throws an Error in one line when it is not what the manifest says. */
export async function readRows(
  file: string,
  stores: readonly Store[],
  entry: Entry,
  { body }: Found,
): Promise<{ store: Store; rows: Row[] }> {
  const store = stores.find(({ name }) => name === tableOf(entry.name))
  const packed = Buffer.concat(await Array.fromAsync(body))
  if (!store || createHash('sha256').update(packed).digest('hex') !== entry.sha256) throw damaged(file)
  try {
    const maxOutputLength = Math.min(Math.max(1, entry.size ?? 0), mostOfRows)
    const rows = gunzipSync(packed, { maxOutputLength }).toString('utf8').split('\n').filter(Boolean)
    return { store, rows: rows.map((line) => store.codec.decode(line)) }
  } catch (error) {
    throw damaged(file, error)
  }
}

/** Unpacks a local file below `folder` and checks it. */
export async function unpackFile(
  file: string,
  { files }: Manifest,
  { name, body }: Found,
  folder: string,
): Promise<void> {
  const described = files.find(({ stored }) => stored === storedFileOf(name))
  if (!described) throw damaged(file)
  const packed = join(folder, described.stored)
  await pipeline(Readable.from(body), createWriteStream(packed, { mode: 0o600 })).catch((error: Error) => {
    throw 'syscall' in error ? Object.assign(error, { path: packed }) : error
  })
  await openPacked(packed, described, folder, { of: `archive ${file}` })
}

import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { createTarDecoder } from 'modern-tar'
import type { Progress } from '../backup/backup'
import { type Entry, type Manifest, manifestName, readManifest, storedFileOf, tableOf } from './manifest'

/** One entry on its way out of an archive: its bytes must be read, or `skip` called. */
export interface Found {
  name: string
  size: number
  body: AsyncIterable<Uint8Array>
  skip(): Promise<void>
}

/** A manifest that is larger is none of ours: it has a line for each megabyte of rows. */
const mostManifest = 256 * 1024 * 1024

/** The entries of an archive in their order. Throws an Error in one line for what is no whole tar. */
export async function* entriesOf(file: string): AsyncGenerator<Found> {
  const source = createReadStream(file)
  const decoder = createTarDecoder({ strict: true })
  const entries = (Readable.toWeb(source) as unknown as ReadableStream<Uint8Array>).pipeThrough(decoder)
  try {
    for await (const { header, body } of explained(file, entries))
      yield { name: header.name, size: header.size, body: explained(file, body), skip: () => body.cancel() }
  } finally {
    source.destroy()
  }
}

async function* explained<T>(file: string, chunks: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* chunks
  } catch (error) {
    throw isFileFault(error) ? Object.assign(error as Error, { path: file }) : damaged(file, error)
  }
}

const isFileFault = (error: unknown) => (error as NodeJS.ErrnoException).syscall !== undefined

/** What is said of an archive that is not as it was written. */
export const damaged = (file: string, cause?: unknown) =>
  new Error(`${file} is no whole archive of 'holdfast export': it was cut or altered; export it again`, {
    cause,
  })

/** Reads an archive to its end and compares every entry with the manifest, which is returned. Throws an Error in one line. */
export async function checkArchive(file: string, progress: Progress = () => {}): Promise<Manifest> {
  const total = statSync(file).size
  const seen: Entry[] = []
  let manifest: Manifest | undefined
  let done = 0
  for await (const { name, size, body } of entriesOf(file)) {
    if (manifest) throw damaged(file)
    const isManifest = name === manifestName
    if (isManifest && size > mostManifest) throw damaged(file)
    const hash = createHash('sha256')
    const texts: Uint8Array[] = []
    for await (const chunk of body) {
      hash.update(chunk)
      if (isManifest) texts.push(chunk)
      done += chunk.length
      progress(done, total, 'check')
    }
    if (isManifest) manifest = parse(file, Buffer.concat(texts).toString('utf8'))
    else seen.push({ name, bytes: size, sha256: hash.digest('hex') })
  }
  if (!manifest || !agree(manifest, seen)) throw damaged(file)
  return manifest
}

function parse(file: string, text: string): Manifest {
  try {
    const manifest = readManifest(text)
    if (manifest) return manifest
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error })
  }
  throw damaged(file)
}

const agree = ({ entries }: Manifest, seen: readonly Entry[]) =>
  entries.length === seen.length &&
  entries.every(
    ({ name, bytes, sha256 }, at) =>
      (tableOf(name) ?? storedFileOf(name)) !== undefined &&
      name === seen[at]!.name &&
      bytes === seen[at]!.bytes &&
      sha256 === seen[at]!.sha256,
  )

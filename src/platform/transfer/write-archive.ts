import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createTarPacker } from 'modern-tar'
import { sync } from '../backup/on-disk'
import { type Entry, type Manifest, manifestName, writeManifest } from './manifest'

/** An archive that is being written: a tar, readable by its owner alone, that takes its name when it is whole. */
export interface ArchiveWriter {
  /** Adds an entry; `size` as in the manifest. */
  add(name: string, content: Uint8Array, size?: number): Promise<void>
  /** Adds a file as it is. */
  addFile(name: string, path: string): Promise<void>
  /** Writes the manifest, puts everything on disk and gives the archive its name. Returns its bytes. */
  finish(manifest: Omit<Manifest, 'entries'>): Promise<number>
  /** Removes what was written. */
  abandon(): Promise<void>
}

/** Begins an archive at `file`; until it is whole it stands beside it as `FILE.part`. */
export function createArchive(file: string): ArchiveWriter {
  const path = resolve(file)
  const part = `${path}.part`
  const { readable, controller } = createTarPacker()
  const entries: Entry[] = []
  const written = pipeline(
    Readable.fromWeb(readable as never),
    createWriteStream(part, { mode: 0o600, flags: 'w', flush: true }),
  ).catch((error: Error) => {
    throw Object.assign(error, { path })
  })
  written.catch(() => {})
  /** Whoever waits for room in a stream that has failed would wait for ever. */
  const unlessFailed = <T>(work: Promise<T>): Promise<T> => Promise.race([work, written.then(() => work)])

  const write = async (name: string, size: number, chunks: AsyncIterable<Uint8Array> | Uint8Array[]) => {
    const stream = controller.add({ name, size, type: 'file', mode: 0o600 }).getWriter()
    stream.closed.catch(() => {})
    const hash = createHash('sha256')
    for await (const chunk of chunks) {
      hash.update(chunk)
      await unlessFailed(stream.write(chunk))
    }
    await unlessFailed(stream.close())
    return { name, bytes: size, sha256: hash.digest('hex') }
  }
  return {
    async add(name, content, size) {
      entries.push({ ...(await write(name, content.length, [content])), ...(size !== undefined && { size }) })
    },
    async addFile(name, from) {
      entries.push(await write(name, statSync(from).size, createReadStream(from)))
    },
    async finish(manifest) {
      const text = Buffer.from(writeManifest({ ...manifest, entries }))
      await write(manifestName, text.length, [text])
      controller.finalize()
      await written
      await rename(part, path)
      await sync(dirname(path))
      return statSync(path).size
    },
    async abandon() {
      controller.error(new Error('abandoned'))
      await written.catch(() => {})
      await rm(part, { force: true }).catch(() => {})
    },
  }
}

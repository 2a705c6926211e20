import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { BackedUpFile } from './backup'
import type { Still } from './still'

/** Loaded at its first use: most servers never need it, and all would wait for it at the start. */
const age = () => require('age-encryption') as typeof import('age-encryption')

/** What went through a stream. */
export interface Measure {
  bytes: number
  /** Hex. */
  sha256: string
}

/** Passes everything on and measures it, until `onBytes` throws. */
function measuring(onBytes: (bytes: number) => void = () => {}) {
  const hash = createHash('sha256')
  let bytes = 0
  const stream = new Transform({
    transform(chunk: Uint8Array, _, done) {
      hash.update(chunk)
      bytes += chunk.length
      try {
        onBytes(chunk.length)
      } catch (error) {
        return done(error as Error)
      }
      done(null, chunk)
    },
  })
  return { stream, measure: (): Measure => ({ bytes, sha256: hash.digest('hex') }) }
}

type Bytes = ReadableStream<Uint8Array>

/** Compresses `from` into `to`, encrypted when there is a recipient (`age1…`). `onBytes` is told what was read. */
export async function pack(
  from: string,
  to: string,
  recipient: string | undefined,
  onBytes?: (bytes: number) => void,
): Promise<{ plain: Measure; stored: Measure }> {
  // Before anything is read: a recipient that is none must not leave a reader behind.
  const encrypter = recipient === undefined ? undefined : encrypterFor(recipient)
  const plain = measuring(onBytes)
  const stored = measuring()
  const compressed = createGzip({ level: 6 })
  const reading = pipeline(createReadStream(from), plain.stream, compressed)
  const writing = pipeline(
    await encrypted(compressed, encrypter),
    stored.stream,
    createWriteStream(to, { mode: 0o600, flags: 'wx' }),
  )
  await Promise.all([reading, writing])
  return { plain: plain.measure(), stored: stored.measure() }
}

type Encrypter = InstanceType<ReturnType<typeof age>['Encrypter']>

function encrypterFor(recipient: string): Encrypter {
  const encrypter = new (age().Encrypter)()
  try {
    encrypter.addRecipient(recipient)
  } catch (error) {
    throw new Error('BACKUP_AGE_RECIPIENT is no public key of age: copy it anew from age-keygen', {
      cause: error,
    })
  }
  return encrypter
}

async function encrypted(stream: Readable, encrypter: Encrypter | undefined): Promise<Readable> {
  if (!encrypter) return stream
  return Readable.fromWeb((await encrypter.encrypt(Readable.toWeb(stream) as unknown as Bytes)) as never)
}

/** Packs a file that lies still, under a name of its own in `folder`. */
export async function packStill(
  { path, file }: Still,
  folder: string,
  recipient: string | undefined,
  onBytes?: (bytes: number) => void,
): Promise<BackedUpFile> {
  const stored = `${path.replaceAll('/', '~')}.gz${recipient === undefined ? '' : '.age'}`
  const measured = await pack(file, join(folder, stored), recipient, onBytes)
  return {
    path,
    ...measured.plain,
    stored,
    storedBytes: measured.stored.bytes,
    storedSha256: measured.stored.sha256,
  }
}

/**
 * The reverse of `pack`, of at most `most` bytes: what was compressed to a thousandth must not fill the disk. `identity`
 * (`AGE-SECRET-KEY-1…`) opens what was encrypted.
 */
export async function unpack(
  from: string,
  to: string,
  identity: string | undefined,
  most: number,
): Promise<{ plain: Measure; stored: Measure }> {
  let left = most
  const plain = measuring((bytes) => {
    left -= bytes
    if (left < 0) throw new Error('there is more in it than it should hold')
  })
  const stored = measuring()
  const source = createReadStream(from)
  source.on('error', (error) => stored.stream.destroy(error))
  source.pipe(stored.stream)
  await pipeline(
    await decrypted(stored.stream, identity),
    createGunzip(),
    plain.stream,
    createWriteStream(to, { mode: 0o600, flags: 'wx' }),
  )
  return { plain: plain.measure(), stored: stored.measure() }
}

async function decrypted(stream: Readable, identity: string | undefined): Promise<Readable> {
  if (identity === undefined) return stream
  const decrypter = new (age().Decrypter)()
  decrypter.addIdentity(identity)
  return Readable.fromWeb((await decrypter.decrypt(Readable.toWeb(stream) as unknown as Bytes)) as never)
}

/** SHA-256 (hex) and size of a file. */
export async function measureFile(path: string): Promise<Measure> {
  const { stream, measure } = measuring()
  stream.resume()
  await pipeline(createReadStream(path), stream)
  return measure()
}

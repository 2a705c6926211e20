import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'

/** Loaded at its first use: most servers never need it, and all would wait for it at the start. */
const age = () => require('age-encryption') as typeof import('age-encryption')

/** What went through a stream. */
export interface Measure {
  bytes: number
  /** Hex. */
  sha256: string
}

/** Passes everything on and measures it. */
function measuring(onBytes: (bytes: number) => void = () => {}) {
  const hash = createHash('sha256')
  let bytes = 0
  const stream = new Transform({
    transform(chunk: Uint8Array, _, done) {
      hash.update(chunk)
      bytes += chunk.length
      onBytes(chunk.length)
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
  const plain = measuring(onBytes)
  const stored = measuring()
  const compressed = createGzip({ level: 6 })
  const reading = pipeline(createReadStream(from), plain.stream, compressed)
  const writing = pipeline(
    await encrypted(compressed, recipient),
    stored.stream,
    createWriteStream(to, { mode: 0o600, flags: 'wx' }),
  )
  await Promise.all([reading, writing])
  return { plain: plain.measure(), stored: stored.measure() }
}

async function encrypted(stream: Readable, recipient: string | undefined): Promise<Readable> {
  if (recipient === undefined) return stream
  const encrypter = new (age().Encrypter)()
  encrypter.addRecipient(recipient)
  return Readable.fromWeb((await encrypter.encrypt(Readable.toWeb(stream) as unknown as Bytes)) as never)
}

/** The reverse of `pack`. `identity` (`AGE-SECRET-KEY-1…`) opens what was encrypted. */
export async function unpack(
  from: string,
  to: string,
  identity: string | undefined,
): Promise<{ plain: Measure; stored: Measure }> {
  const plain = measuring()
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

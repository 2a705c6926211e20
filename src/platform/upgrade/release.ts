import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A release where it was published: a folder, or an address, that holds `SHA256SUMS` and the archives. */
export interface Release {
  /** As a person would write it. */
  location: string
  /** Every archive of this platform that SHA256SUMS names, the newest first. */
  archives: Archive[]
  /** Fetches an archive and returns its SHA-256 (hex). */
  download(archive: Archive, to: string, onBytes: (done: number, total: number) => void): Promise<string>
}

/** One downloadable file. */
export interface Archive {
  name: string
  version: string
  /** Hex, from SHA256SUMS. */
  sha256: string
}

/** SHA256SUMS is a handful of lines, an archive 50 MB. */
const mostSums = 1024 * 1024
const mostArchive = 1024 * 1024 * 1024
const patience = 15 * 60_000

/** Reads what a release at `from` (folder, archive in one, or URL) has for this platform (`linux-x64`). Throws an Error in one line. */
export async function openRelease(from: string, platform: string): Promise<Release> {
  const isUrl = /^[a-z]+:\/\//i.test(from)
  if (isUrl) refuseInsecure(from)
  const only = !isUrl && existsSync(from) && statSync(from).isFile() ? basename(from) : undefined
  const location = (only === undefined ? from : dirname(from)).replace(/\/+$/, '')
  const open = isUrl ? openUrl : openFile
  const sums = await textOf((await open(location, 'SHA256SUMS')).body, `${location}/SHA256SUMS`)
  const archives = archivesIn(sums, platform).filter(({ name }) => only === undefined || name === only)
  if (archives.length === 0)
    throw new Error(
      `${location}/SHA256SUMS names ${only === undefined ? `no archive for ${platform}` : `no ${only} for ${platform}`}`,
    )
  return {
    location,
    archives,
    async download({ name }, to, onBytes) {
      const { body, size } = await open(location, name)
      const hash = createHash('sha256')
      let done = 0
      await pipeline(
        Readable.from(body),
        async function* (chunks: AsyncIterable<Uint8Array>) {
          for await (const chunk of chunks) {
            hash.update(chunk)
            done += chunk.length
            if (done > mostArchive) throw new Error(`${name} is larger than any archive of ours`)
            onBytes(done, Math.max(size, done))
            yield chunk
          }
        },
        createWriteStream(to, { mode: 0o600, flush: true }),
      ).catch((error) => {
        throw explain(error, `${location}/${name}`, to)
      })
      return hash.digest('hex')
    },
  }
}

/** What the disk says is of the file; anything else is of the connection. */
function explain(error: NodeJS.ErrnoException, address: string, to: string): Error {
  if (error.syscall !== undefined) return Object.assign(error, { path: to })
  return new Error(`cannot get all of ${address}: ${error.message}`, { cause: error })
}

/** The archives of one platform in the text of SHA256SUMS. */
function archivesIn(sums: string, platform: string): Archive[] {
  const form = new RegExp(`^([0-9a-f]{64})  (holdfast-(\\d[0-9A-Za-z.+-]*)-${platform}\\.tar\\.gz)$`, 'gm')
  return [...sums.matchAll(form)]
    .map(([, sha256, name, version]) => ({ sha256: sha256!, name: name!, version: version! }))
    .sort((a, b) => Bun.semver.order(b.version, a.version))
}

interface Opened {
  body: AsyncIterable<Uint8Array>
  /** 0 where it is not told. */
  size: number
}

async function openUrl(location: string, name: string): Promise<Opened> {
  const address = `${location}/${name}`
  const answer = await fetch(address, { signal: AbortSignal.timeout(patience) }).catch((error: Error) => {
    throw new Error(`cannot get ${address}: ${error.message}`, { cause: error })
  })
  if (!answer.ok || !answer.body)
    throw new Error(`cannot get ${address}: ${answer.status} ${answer.statusText}`)
  refuseInsecure(answer.url || address)
  return { body: answer.body, size: Number(answer.headers.get('content-length') ?? 0) }
}

async function openFile(location: string, name: string): Promise<Opened> {
  const path = join(location, name)
  const { size } = statSync(path)
  return { body: createReadStream(path), size }
}

async function textOf(body: AsyncIterable<Uint8Array>, name: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > mostSums) throw new Error(`${name} is none of ours: it is too large`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** What checks the archive comes the same way as the archive. */
function refuseInsecure(address: string): void {
  const { protocol, hostname } = new URL(address)
  const isLocal = protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
  if (protocol !== 'https:' && !isLocal) throw new Error(`${address}: a release is fetched over https`)
}

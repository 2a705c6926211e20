import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { createTarDecoder } from 'modern-tar'

/** A binary has 110 MB. */
const mostBinary = 1024 * 1024 * 1024

/** Takes the program out of a downloaded archive and makes it executable. Throws an Error when there is none in it, or it is no archive. */
export async function unpackBinary(archive: string, to: string): Promise<void> {
  const found = await takeProgram(archive, to).catch((error: NodeJS.ErrnoException) => {
    // The disk's own faults (ENOSPC, EACCES) are told as such.
    if (/^E[A-Z]+$/.test(error.code ?? '')) throw error
    throw new Error('the archive cannot be unpacked: it was published damaged', { cause: error })
  })
  if (!found) throw new Error('there is no program in the archive')
}

async function takeProgram(archive: string, to: string): Promise<boolean> {
  const source = createReadStream(archive).pipe(createGunzip())
  const entries = (Readable.toWeb(source) as unknown as ReadableStream<Uint8Array>).pipeThrough(
    createTarDecoder({ strict: true }),
  )
  for await (const { header, body } of entries) {
    if (!/^(\.\/)?holdfast$/.test(header.name) || header.type !== 'file') {
      await body.cancel()
      continue
    }
    if (header.size > mostBinary) break
    await pipeline(Readable.from(body), createWriteStream(to, { mode: 0o755, flush: true })).catch(
      (error) => {
        throw Object.assign(error as Error, { path: to })
      },
    )
    source.destroy()
    return true
  }
  return false
}

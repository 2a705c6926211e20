import { expect, test } from 'bun:test'
import { createExtractor } from '../../../src/modules/code/parsing/extractor'
import { readTexts, type TextRun } from '../../../src/modules/code/pipeline/read-texts'
import type { Snapshot } from '../../../src/modules/code/pipeline/snapshot'
import { openSqliteStorage } from '../../kit/storage'

const silent = () => {}
const log = { debug: silent, info: silent, warn: silent, error: silent }

/** Files with texts of their own, and how many bytes of them were handed out. */
function manyFiles(count: number, bytes: number) {
  const handed = { bytes: 0 }
  const files = Array.from({ length: count }, (_, n) => ({
    path: `d/f${n}.txt`,
    hash: n.toString(16).padStart(40, '0'),
    bytes,
    skipped: null,
  }))
  const read: Snapshot['read'] = async function* (wanted) {
    for (const { hash } of wanted) {
      handed.bytes += bytes
      yield { hash, bytes: new Uint8Array(Buffer.from(hash.padEnd(bytes, 'some words\n'))) }
    }
  }
  return { files, read, handed }
}

test('whatever the repository has, few of its bytes are in memory at once', async () => {
  const { storage, close } = await openSqliteStorage()
  const extractor = createExtractor({ log })
  try {
    const { files, read, handed } = manyFiles(400, 20_000)
    let [stored, most] = [0, 0]
    const run = {
      host: { dialect: storage.dialect, isTurnOver: () => true },
      scope: storage.as('ann'),
      extractor,
      place: { owner: 'ann', repositoryId: 'many', version: extractor.version, at: new Date() },
      snapshot: { read },
      signal: new AbortController().signal,
      async onStored(_: number, bytes: number) {
        most = Math.max(most, handed.bytes - stored)
        stored += bytes
      },
    } as unknown as TextRun
    const { blobs } = await readTexts(run, files)
    expect(blobs).toHaveLength(files.length)
    expect(stored).toBe(files.length * 20_000)
    // Three batches on their way, and one that is being filled.
    expect(most).toBeLessThan(4 * (256 * 1024 + 20_000))
  } finally {
    await extractor.close()
    await close()
  }
})

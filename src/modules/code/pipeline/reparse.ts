import { setImmediate as turn } from 'node:timers/promises'
import type { Scope } from '../../../core/storage'
import type { Extractor } from '../parsing/extractor'
import { readText } from '../search/index-text'
import type { KnownBlob } from './current-files'
import { replaceFacts, type TextPlace } from './store-texts'

const atOnce = 16

/** Parses texts again that an older parser has read, from what is stored. */
export async function reparseTexts(
  {
    scope,
    extractor,
    place,
    signal,
  }: { scope: Scope; extractor: Extractor; place: TextPlace; signal: AbortSignal },
  blobs: readonly KnownBlob[],
): Promise<void> {
  for (let from = 0; from < blobs.length; from += atOnce, await turn()) {
    const part = blobs.slice(from, from + atOnce)
    const texts = await scope.read(async (db) => {
      const read: string[] = []
      for (const { blob } of part) read.push(await readText(db, place.owner, blob))
      return read
    })
    const sources = part.map(({ language, minified }, index) =>
      minified ? { path: '', language: 'text', text: '' } : { path: '', language, text: texts[index]! },
    )
    const parsed = await extractor.extract(sources, signal)
    for (const [index, { blob }] of part.entries()) {
      signal.throwIfAborted()
      await scope.write((tx) => replaceFacts(tx, place, blob, parsed[index]!))
    }
  }
}

import type { Logger } from '../../../core/module'
import { type ParsedFile, unparsed } from './facts'
import { grammars } from './grammars'
import { createPool } from './pool'
import { scanners } from './scanners'
import type { SourceText } from './source-text'

export type { SourceText } from './source-text'

/** Parses off the serving thread. */
export interface Extractor {
  /** Raised when the same text gives other facts: what is stored is then parsed again. */
  readonly version: number
  /** One result for each text, in order; a text that cannot be parsed has no symbols. */
  extract(texts: SourceText[], signal: AbortSignal): Promise<ParsedFile[]>
  /** Gives back the memory that parsing takes: for now no texts follow. */
  rest(): void
  close(): Promise<void>
}

const isParsed = ({ language }: SourceText) =>
  Object.hasOwn(scanners, language) || Object.hasOwn(grammars, language)

/** Workers are started by the first text and end after a while without one. */
export function createExtractor({ log }: { log: Logger }): Extractor {
  const pool = createPool({
    onLost: (language) => log.warn('A parser gave up on a text', { language }),
  })
  return {
    version: 8,
    async extract(texts, signal) {
      const parsed = texts.filter(isParsed)
      const results = parsed.length > 0 ? await pool.parse(parsed, signal) : []
      return texts.map((text) => (isParsed(text) ? (results.shift() ?? unparsed) : unparsed))
    },
    rest: pool.rest,
    close: () => pool.close(),
  }
}

import type { Host } from '../../../core/module'
import type { CodeSettings } from '../settings'
import { type ParsedFile, unparsed } from './facts'

export interface SourceText {
  path: string
  language: string
  text: string
}

/** Parses off the serving thread. */
export interface Extractor {
  /** Raised when the same text gives other facts: what is stored is then parsed again. */
  readonly version: number
  /** One result for each text, in order; a text that cannot be parsed has no symbols. */
  extract(texts: SourceText[], signal: AbortSignal): Promise<ParsedFile[]>
  close(): Promise<void>
}

export const createExtractor = (_host: Host<CodeSettings>): Extractor => ({
  version: 0,
  extract: async (texts) => texts.map(() => unparsed),
  close: async () => {},
})

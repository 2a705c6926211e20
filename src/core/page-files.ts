import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import base from './page/base.css' with { type: 'text' }
import elements from './page/elements.mjs' with { type: 'text' }

/** Files of a page: what it is made of, under one name for all of them together. */
export interface PageFiles {
  /** Names what the files hold, so that they may be kept for ever. */
  version: string
  /** A file as an answer, packed where that is accepted; undefined for an unknown name or version. */
  response(version: string, name: string, acceptEncoding: string | null): Response | undefined
}

/** Media types of scripts and of style sheets. */
export const [script, sheet] = ['text/javascript; charset=utf-8', 'text/css; charset=utf-8'] as const

/** What every page has: `base.css`, on which its own sheet builds (it gives `--accent`), and `elements.mjs`. */
const shared: Record<string, readonly [type: string, text: string]> = {
  'base.css': [sheet, base],
  'elements.mjs': [script, elements],
}

/** The files of a page by name, media type and text, beside those that every page has. */
export function pageFiles(own: Record<string, readonly [type: string, text: string]>): PageFiles {
  const files = { ...shared, ...own }
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12)
  const packed = new Map<string, Uint8Array<ArrayBuffer>>()
  return {
    version,
    response(wanted, name, acceptEncoding) {
      const file = Object.hasOwn(files, name) ? files[name] : undefined
      if (!file || wanted !== version) return undefined
      const [type, text] = file
      const headers = {
        'Content-Type': type,
        'Cache-Control': 'public, max-age=31536000, immutable',
        Vary: 'Accept-Encoding',
      }
      if (!/\bgzip\b/.test(acceptEncoding ?? '')) return new Response(text, { headers })
      const body = packed.get(name) ?? new Uint8Array(gzipSync(text))
      packed.set(name, body)
      return new Response(body, { headers: { ...headers, 'Content-Encoding': 'gzip' } })
    },
  }
}

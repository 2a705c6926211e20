import { createHash } from 'node:crypto'
import data from './assets/data.mjs' with { type: 'text' }
import elements from './assets/elements.mjs' with { type: 'text' }
import file from './assets/file.mjs' with { type: 'text' }
import main from './assets/main.mjs' with { type: 'text' }
import overview from './assets/overview.mjs' with { type: 'text' }
import style from './assets/style.css' with { type: 'text' }

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1e3a5f"/>
<path d="M6 5 3 8l3 3M10 5l3 3-3 3" stroke="#fff" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" fill="none"/></svg>`

const script = 'text/javascript; charset=utf-8'

/** Files of the page by name: media type and text. */
const files: Record<string, readonly [type: string, text: string]> = {
  'main.mjs': [script, main],
  'data.mjs': [script, data],
  'elements.mjs': [script, elements],
  'file.mjs': [script, file],
  'overview.mjs': [script, overview],
  'style.css': ['text/css; charset=utf-8', style],
  'icon.svg': ['image/svg+xml', icon],
}

/** Names what the files hold, so that they may be kept for ever. */
export const pageVersion = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12)

/** A file of the page as an answer; undefined for an unknown name or version. */
export function pageFile(version: string, name: string): Response | undefined {
  const found = Object.hasOwn(files, name) ? files[name] : undefined
  if (!found || version !== pageVersion) return undefined
  const [type, text] = found
  const headers = { 'Content-Type': type, 'Cache-Control': 'public, max-age=31536000, immutable' }
  return new Response(text, { headers })
}

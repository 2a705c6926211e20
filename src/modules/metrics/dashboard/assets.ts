import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import uplotScript from 'uplot/dist/uPlot.iife.min.js' with { type: 'text' }
import uplotStyle from 'uplot/dist/uPlot.min.css' with { type: 'text' }
import chart from './page/chart.mjs' with { type: 'text' }
import data from './page/data.mjs' with { type: 'text' }
import elements from './page/elements.mjs' with { type: 'text' }
import format from './page/format.mjs' with { type: 'text' }
import main from './page/main.mjs' with { type: 'text' }
import style from './page/style.css' with { type: 'text' }

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#14532d"/>
<path d="M4 12V8M8 12V4M12 12V6" stroke="#fff" stroke-width="2" stroke-linecap="round" fill="none"/></svg>`

const [script, sheet] = ['text/javascript; charset=utf-8', 'text/css; charset=utf-8']

/** Files of the page by name: media type and text. */
const files: Record<string, readonly [type: string, text: string]> = {
  'main.mjs': [script, main],
  'chart.mjs': [script, chart],
  'data.mjs': [script, data],
  'elements.mjs': [script, elements],
  'format.mjs': [script, format],
  'uplot.js': [script, `${uplotScript}\nwindow.uPlot = uPlot`],
  'uplot.css': [sheet, uplotStyle],
  'style.css': [sheet, style],
  'icon.svg': ['image/svg+xml', icon],
}

/** Names what the files hold, so that they may be kept for ever. */
export const assetVersion = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12)

const packed = new Map<string, Uint8Array<ArrayBuffer>>()

/** A file of the page as an answer; undefined for an unknown name or version. */
export function assetResponse(
  version: string,
  name: string,
  acceptEncoding: string | null,
): Response | undefined {
  const file = Object.hasOwn(files, name) ? files[name] : undefined
  if (!file || version !== assetVersion) return undefined
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
}

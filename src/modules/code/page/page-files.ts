import { pageFiles, script, sheet } from '../../../core/page-files'
import data from './assets/data.mjs' with { type: 'text' }
import file from './assets/file.mjs' with { type: 'text' }
import format from './assets/format.mjs' with { type: 'text' }
import main from './assets/main.mjs' with { type: 'text' }
import marked from './assets/marked.mjs' with { type: 'text' }
import overview from './assets/overview.mjs' with { type: 'text' }
import style from './assets/style.css' with { type: 'text' }

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1e3a5f"/>
<path d="M6 5 3 8l3 3M10 5l3 3-3 3" stroke="#fff" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" fill="none"/></svg>`

/** The files of the page. */
export const assets = pageFiles({
  'format.mjs': [script, format],
  'main.mjs': [script, main],
  'data.mjs': [script, data],
  'file.mjs': [script, file],
  'marked.mjs': [script, marked],
  'overview.mjs': [script, overview],
  'style.css': [sheet, style],
  'icon.svg': ['image/svg+xml', icon],
})

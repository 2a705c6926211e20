import uplotScript from 'uplot/dist/uPlot.iife.min.js' with { type: 'text' }
import uplotStyle from 'uplot/dist/uPlot.min.css' with { type: 'text' }
import { pageFiles, script, sheet } from '../../../core/page-files'
import chart from './page/chart.mjs' with { type: 'text' }
import data from './page/data.mjs' with { type: 'text' }
import format from './page/format.mjs' with { type: 'text' }
import main from './page/main.mjs' with { type: 'text' }
import rows from './page/rows.mjs' with { type: 'text' }
import scale from './page/scale.mjs' with { type: 'text' }
import style from './page/style.css' with { type: 'text' }

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#14532d"/>
<path d="M4 12V8M8 12V4M12 12V6" stroke="#fff" stroke-width="2" stroke-linecap="round" fill="none"/></svg>`

/** The files of the page. */
export const assets = pageFiles({
  'main.mjs': [script, main],
  'chart.mjs': [script, chart],
  'data.mjs': [script, data],
  'format.mjs': [script, format],
  'rows.mjs': [script, rows],
  'scale.mjs': [script, scale],
  'uplot.js': [script, `${uplotScript}\nwindow.uPlot = uPlot`],
  'uplot.css': [sheet, uplotStyle],
  'style.css': [sheet, style],
  'icon.svg': ['image/svg+xml', icon],
})

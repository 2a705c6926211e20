import { at, make } from './elements.mjs'
import { axisTime, moment } from './format.mjs'
import { fillRows } from './rows.mjs'
import { isolatedIn, marksTo } from './scale.mjs'

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
const { uPlot } = window

/**
 * A chart in the panel `id`: lines for the eye, arrow keys for the hand, a table for everyone else. `lines`: name, colour and dash of each;
 * `say` puts one value in words.
 */
export function createChart(id, { lines, say }) {
  const panel = at(id)
  const [box, table, reading] = [
    panel.querySelector('.chart'),
    panel.querySelector('table'),
    panel.querySelector('output'),
  ]
  const shown = lines.map(() => true)
  let data = [[]]
  let plot

  const keys = createKeys(panel.querySelector('.keys'), lines, (index, show) => {
    shown[index] = show
    plot?.setSeries(index + 1, { show })
  })
  const tell = (index) => {
    for (const [line, text] of keys.entries())
      text.textContent = index == null ? '' : say(data[line + 1][index])
  }
  const draw = () => {
    plot?.destroy()
    if (data[0].length === 0) return
    plot = new uPlot(optionsOf({ box, lines, shown, say, tell }), data, box)
  }
  const step = (by) => {
    if (!plot) return
    const index = Math.max(
      0,
      Math.min(data[0].length - 1, (plot.cursor.idx ?? data[0].length - (by < 0 ? 0 : 1)) + by),
    )
    plot.setCursor({ left: plot.valToPos(data[0][index], 'x'), top: 0 })
    reading.textContent = sentence(index)
  }
  const sentence = (index) => {
    const values = lines.map(({ title }, line) => `${title} ${say(data[line + 1][index])}`)
    return `${moment(data[0][index])}: ${values.join(', ')}`
  }
  box.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -1e9, End: 1e9 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    step(by)
  })
  new ResizeObserver(() => plot?.setSize(sizeOf(box))).observe(box)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    keys.paint()
    draw()
  })
  return (next) => {
    const sameTimes = plot && next[0].length === data[0].length
    data = next
    if (sameTimes) plot.setData(next)
    else draw()
    tell(null)
    fillTable(table, data, say)
  }
}

const sizeOf = (box) => ({ width: box.clientWidth, height: box.clientHeight })

function optionsOf({ box, lines, shown, say, tell }) {
  const axis = {
    stroke: colour('soft'),
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  }
  return {
    ...sizeOf(box),
    legend: { show: false },
    // Half of 23:59:59 stands right of the last mark.
    padding: [12, 28, 0, 0],
    cursor: { sync: { key: 'metrics' }, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: (_, __, most) => [0, marksTo(most).at(-1)] } },
    axes: [
      { ...axis, space: 70, grid: { show: false }, values: axisTimes },
      {
        ...axis,
        size: 64,
        splits: (_plot, _axis, _min, max) => marksTo(max),
        values: (_, splits) => splits.map((value) => (value === 0 ? '0' : say(value))),
      },
    ],
    series: [{}, ...lines.map((line, index) => seriesOf(line, shown[index]))],
    hooks: { setCursor: [({ cursor }) => tell(cursor.idx)] },
  }
}

/** The day stands where it begins. */
const axisTimes = (_plot, splits, _axis, _space, step) =>
  splits.map((time, index) => axisTime(time, step, index === 0 ? undefined : splits[index - 1]))

const seriesOf = ({ title, paint, dash, filled }, show) => ({
  label: title,
  show,
  stroke: colour(paint),
  width: 2,
  dash,
  // A line needs two neighbours; what has none is a dot.
  points: {
    show: false,
    filter: (plot, series) => isolatedIn(plot.data[series]),
    size: 7,
    width: 0,
    fill: colour(paint),
  },
  ...(filled && { fill: `${colour(paint)}22` }),
})

/** The legend: buttons that hide and show a line, each with its colour, its dash and the value under the cursor. */
function createKeys(place, lines, toggle) {
  const strokes = []
  const values = lines.map(({ title, dash }, index) => {
    const stroke = document.createElementNS('http://www.w3.org/2000/svg', 'line')
    for (const [name, value] of Object.entries({ x1: 0, x2: 22, y1: 5, y2: 5, 'stroke-width': 3 }))
      stroke.setAttribute(name, value)
    if (dash) stroke.setAttribute('stroke-dasharray', dash.join(' '))
    strokes.push(stroke)
    const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
    picture.setAttribute('aria-hidden', 'true')
    picture.append(stroke)
    const value = make('b')
    const button = make('button', { type: 'button', 'aria-pressed': 'true' }, picture, title, value)
    button.addEventListener('click', () => {
      const show = button.getAttribute('aria-pressed') === 'false'
      button.setAttribute('aria-pressed', String(show))
      toggle(index, show)
    })
    place.append(button)
    return value
  })
  const paint = () => {
    for (const [index, stroke] of strokes.entries()) stroke.setAttribute('stroke', colour(lines[index].paint))
  }
  paint()
  return Object.assign(values, { paint })
}

function fillTable(table, [times, ...columns], say) {
  const rows = times.map((time, index) => [moment(time), ...columns.map((column) => say(column[index]))])
  fillRows(table, rows.reverse())
}

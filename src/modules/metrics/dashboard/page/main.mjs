import { createChart } from './chart.mjs'
import { Failure, key, load } from './data.mjs'
import { at, make } from './elements.mjs'
import { count, duration, none, percent, rate, zone } from './format.mjs'
import { fillRows, marked, withShare } from './rows.mjs'

const charts = {
  requests: createChart('requests', {
    say: rate,
    lines: [
      { title: 'Requests', paint: 'calls', filled: true },
      { title: 'Errors', paint: 'bad', dash: [6, 4], filled: true },
    ],
  }),
  errors: createChart('errors', { say: percent, lines: [{ title: 'Errors', paint: 'bad', filled: true }] }),
  latency: createChart('latency', {
    say: duration,
    lines: [
      { title: 'p50', paint: 'p50' },
      { title: 'p95', paint: 'p95', dash: [8, 4] },
      { title: 'p99', paint: 'p99', dash: [2, 3] },
    ],
  }),
}

let [live, timer, under, retries] = [true, undefined, undefined, 0]

const choice = () => ({
  range: document.querySelector('input[name="range"]:checked').value,
  type: at('type').value,
  service: at('service').value,
})

/** Shows the newest numbers; what was asked before and is still on its way is dropped. */
async function refresh() {
  clearTimeout(timer)
  under?.abort()
  const controller = new AbortController()
  under = controller
  at('main').setAttribute('aria-busy', 'true')
  try {
    show(await load(choice(), controller.signal))
    retries = 0
  } catch (error) {
    if (error.name === 'AbortError') return
    fail(error)
  }
  at('main').setAttribute('aria-busy', 'false')
  if (live && key.get()) timer = setTimeout(refresh, waitMs())
}

/** Per cent of errors from which on they stand out. */
const alarming = 5

/** Long ranges change slowly, and a server in trouble is not pressed. */
const waitMs = () =>
  Number(document.querySelector('input[name="range"]:checked').dataset.every) *
  1000 *
  2 ** Math.min(retries, 4)

function fail(error) {
  if (!(error instanceof Failure)) console.error(error)
  if (error.signOut) return signOut(error.message)
  retries++
  at('notice').hidden = false
  at('notice-text').textContent = `${error.message ?? error} What is shown may be old.`
}

function show(data) {
  at('notice').hidden = true
  at('sign-in').hidden = true
  at('controls').hidden = false
  const isEmpty = data.totals.calls === 0
  at('empty').hidden = !isEmpty
  at('content').hidden = isEmpty
  fillChoices(data)
  at('updated').textContent = `Updated ${new Date().toLocaleTimeString('en-GB')}`
  at('source').textContent = sourceText(data)
  if (isEmpty) return
  showTiles(data)
  const {
    at: times,
    calls_per_second,
    errors_per_second,
    error_percent,
    p50_ms,
    p95_ms,
    p99_ms,
  } = data.series
  charts.requests([times, calls_per_second, errors_per_second])
  charts.errors([times, error_percent])
  charts.latency([times, p50_ms, p95_ms, p99_ms])
  showTables(data)
}

const grains = { raw: 'every metric', hour: 'hourly rollups', day: 'daily rollups' }
const steps = { 60: '1 min', 3600: '1 h', 86400: '1 d' }

function sourceText({ source, step_seconds: step }) {
  const length =
    steps[step] ?? (step < 60 ? `${step} s` : step < 3600 ? `${step / 60} min` : `${step / 3600} h`)
  return `A point is ${length}, from ${grains[source]}; quantiles are within 1 %. Times are in ${zone()}.`
}

function showTiles({ totals, seconds, services }) {
  const { calls, errors, error_percent, p50_ms, p95_ms, p99_ms } = totals
  const tile = (title, value, note, isBad = false) =>
    make(
      'div',
      { class: isBad ? 'card is-bad' : 'card' },
      make('dt', {}, title),
      make('dd', {}, value, make('small', {}, note)),
    )
  at('tiles').replaceChildren(
    tile('Requests', count(calls), `${rate(calls / seconds)} on average`),
    tile('Errors', percent(error_percent), `${count(errors)} failed`, error_percent >= alarming),
    tile('Median latency', duration(p50_ms), 'half are faster'),
    tile('p95 latency', duration(p95_ms), '1 in 20 is slower'),
    tile('p99 latency', duration(p99_ms), '1 in 100 is slower'),
    tile('Services', count(services.length), 'that reported'),
  )
}

function showTables({ tools, services }) {
  const most = (rows) => Math.max(1, ...rows.map(({ calls }) => calls))
  const cells = (row, of, name) => [
    name,
    withShare(count(row.calls), row.calls / of),
    marked(percent(row.error_percent), row.error_percent >= alarming),
    duration(row.p50_ms),
    duration(row.p95_ms),
    duration(row.p99_ms),
  ]
  fillRows(
    at('tools'),
    tools.map((row) => cells(row, most(tools), row.tool ?? none)),
  )
  fillRows(
    at('services'),
    services.map((row) => cells(row, most(services), row.service)),
  )
  at('no-tools').hidden = tools.length > 0
}

/** Services come and go: the choice stays, also when its service has nothing to tell. */
function fillChoices({ services }) {
  const select = at('service')
  const chosen = select.value
  const names = [...new Set([...services.map(({ service }) => service), chosen].filter(Boolean))].sort()
  const known = [...select.options].slice(1).map(({ value }) => value)
  if (names.join('\n') === known.join('\n') || chosen !== '') return
  select.replaceChildren(
    make('option', { value: '' }, 'All services'),
    ...names.map((name) => make('option', { value: name }, name)),
  )
  select.value = chosen
}

function signOut(reason = '') {
  key.forget()
  clearTimeout(timer)
  under?.abort()
  for (const id of ['content', 'controls', 'empty', 'notice']) at(id).hidden = true
  at('source').textContent = ''
  at('sign-in').hidden = false
  at('wrong').textContent = reason
  at('key').value = ''
  at('key').focus()
}

at('sign-in').addEventListener('submit', (event) => {
  event.preventDefault()
  const text = at('key').value.trim()
  if (!text) return
  key.set(text)
  at('wrong').textContent = ''
  refresh()
})
at('sign-out').addEventListener('click', () => signOut())
at('retry').addEventListener('click', () => refresh())
at('live').addEventListener('click', () => {
  live = !live
  at('live').setAttribute('aria-pressed', String(live))
  if (live) refresh()
  else clearTimeout(timer)
})
for (const input of document.querySelectorAll('input[name="range"], #type, #service'))
  input.addEventListener('change', () => refresh())
document.addEventListener('visibilitychange', () => {
  if (document.hidden) clearTimeout(timer)
  else if (live && key.get()) refresh()
})

at('example').textContent = at('example').textContent.replace('ORIGIN', location.origin)
if (key.get()) refresh()
else signOut()

import { get } from './data.mjs'
import { at, make } from './elements.mjs'
import { counted } from './format.mjs'

const time = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
})

/** Repositories and jobs as they are now; true while a job runs. */
export async function refreshOverview() {
  const [{ repositories }, { jobs }] = await Promise.all([
    get('/repositories?limit=100'),
    get('/jobs?limit=10'),
  ])
  showRepositories(repositories)
  at('jobs').replaceChildren(...jobs.map(jobOf))
  at('no-jobs').hidden = jobs.length > 0
  return jobs.some(isRunning)
}

const isRunning = ({ status }) => status === 'pending' || status === 'processing'
const fullName = ({ name, ref }) => (ref ? `${name}@${ref}` : name)

function showRepositories(repositories) {
  at('repositories').tBodies[0].replaceChildren(...repositories.map(rowOf))
  at('repositories').hidden = repositories.length === 0
  at('no-repositories').hidden = repositories.length > 0
  const select = at('repository')
  const chosen = select.value
  const options = repositories.map((row) => make('option', { value: fullName(row) }, fullName(row)))
  select.replaceChildren(make('option', { value: '' }, 'All repositories'), ...options)
  select.value = chosen
}

function rowOf(row) {
  const cells = [
    row.commit?.slice(0, 12) ?? '–',
    row.files.toLocaleString(),
    row.symbols.toLocaleString(),
    row.indexed_at ? time.format(new Date(row.indexed_at)) : 'never',
    row.stale ? row.stale_reason : 'up to date',
  ]
  return make(
    'tr',
    {},
    make('th', { scope: 'row' }, fullName(row)),
    ...cells.map((cell) => make('td', {}, cell)),
    make('td', {}, removeButton(row)),
  )
}

function removeButton(row) {
  const attributes = { type: 'button', 'data-remove': row.id, 'data-name': fullName(row) }
  return make('button', { ...attributes, 'aria-label': `Remove ${fullName(row)}` }, 'Remove')
}

function jobOf(job) {
  const parts = [make('strong', {}, job.repository), ` ${job.status}`]
  if (isRunning(job)) {
    const label = `${job.repository}: ${job.phase ?? 'waiting'}`
    const bar = make('progress', { max: 100, 'aria-label': label })
    if (job.percent !== null) bar.value = job.percent
    parts.push(job.phase ? `, ${job.phase} ` : ' ', bar)
    if (job.files_total) parts.push(` ${job.files_done}/${counted(job.files_total, 'file')}`)
  } else if (job.error_message) parts.push(`: ${job.error_message}`)
  else if (job.stats) parts.push(`: ${counted(job.stats.files_indexed, 'file')} in ${job.stats.seconds} s`)
  return make('li', {}, ...parts)
}

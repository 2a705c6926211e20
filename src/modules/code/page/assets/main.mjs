import { Failure, key, post, remove } from './data.mjs'
import { at, make } from './elements.mjs'
import { closeFile, lineLink, showLinked } from './file.mjs'
import { counted } from './format.mjs'
import { marked } from './marked.mjs'
import { refreshOverview } from './overview.mjs'

let [timer, under, cursor, asked] = [undefined, undefined, undefined, undefined]
const [soonMs, laterMs] = [700, 15_000]

/** Shows what a piece of work failed with; a key that does not help is forgotten. */
async function guarded(work) {
  at('fault').hidden = true
  try {
    await work()
  } catch (error) {
    if (error.name === 'AbortError') return
    if (!(error instanceof Failure)) console.error(error)
    if (error.signOut) return signOut(error.message)
    at('fault').textContent = error.message
    at('fault').hidden = false
  }
}

async function watch() {
  clearTimeout(timer)
  await guarded(async () => {
    const isBusy = await refreshOverview()
    at('content').hidden = false
    at('sign-in').hidden = true
    at('sign-out').hidden = false
    if (!document.hidden) timer = setTimeout(watch, isBusy ? soonMs : laterMs)
  })
}

/** Searches anew, or for what follows the results that are shown. */
async function search(more = false) {
  const query = at('query').value.trim()
  if (!more && !query) return
  if (!more)
    asked = { query, limit: 20, ...(at('repository').value && { repository: at('repository').value }) }
  under?.abort()
  under = new AbortController()
  at('status').textContent = 'Searching …'
  const answer = await post('/search', more ? { ...asked, cursor } : asked, under.signal).catch((error) => {
    if (error.name !== 'AbortError') forget(more)
    throw error
  })
  cursor = answer.next_cursor
  at('more').hidden = !cursor
  const items = answer.results.map(resultOf)
  if (more) at('results').append(...items)
  else at('results').replaceChildren(...items)
  at('status').textContent = statusOf(answer)
  if (more) items[0]?.querySelector('a')?.focus()
}

/** What failed has no status; a new search that failed has no results either. */
function forget(more) {
  at('status').textContent = ''
  if (more) return
  at('results').replaceChildren()
  at('more').hidden = true
}

function statusOf({ total_files: files, total_lines: lines, total_is, time_ms, empty, note }) {
  if (empty)
    return `${empty.reason}${empty.nearest.length > 0 ? ` Did you mean ${empty.nearest.join(', ')}?` : ''}`
  const least = total_is === 'at_least' ? 'At least ' : ''
  return `${least}${counted(lines, 'line')} in ${counted(files, 'file')}, ${time_ms} ms.${note ? ` ${note}` : ''}`
}

function resultOf({ repository, path, language, matches = [], more_lines: hidden, generated }) {
  const first = lineLink(repository, path, matches[0]?.line ?? 1)
  const notes = [language, generated && 'generated', hidden && counted(hidden, 'more line')]
    .filter(Boolean)
    .join(' · ')
  return make(
    'li',
    { class: 'card' },
    make(
      'h3',
      {},
      make('a', { href: first }, `${repository}: ${path}`),
      make('span', { class: 'note' }, ` ${notes}`),
    ),
    make('ul', { class: 'code' }, ...matches.map((match) => matchOf(match, repository, path))),
  )
}

function matchOf({ line, columns, text, text_from, kind }, repository, path) {
  const number = make('span', { class: 'number' }, make('span', { class: 'sight' }, 'line '), String(line))
  const link = make(
    'a',
    { href: lineLink(repository, path, line) },
    number,
    ...marked(text, columns, text_from),
  )
  const item = make('li', {}, link)
  if (kind) item.append(make('span', { class: 'kind' }, kind))
  return item
}

async function index() {
  const repository = at('address').value.trim()
  const job = await post('/index', { repository })
  at('index-said').textContent = job.message
  at('address').value = ''
  await watch()
}

async function removeRepository({ remove: id, name }) {
  if (!confirm(`Remove ${name} from the index? The repository itself is not touched.`)) return
  const { message } = await remove(`/repositories/${id}`)
  at('index-said').textContent = message
  at('address').focus()
  await watch()
}

function signOut(reason = '') {
  key.forget()
  clearTimeout(timer)
  under?.abort()
  for (const id of ['content', 'sign-out']) at(id).hidden = true
  for (const id of ['results', 'file-lines', 'jobs']) at(id).replaceChildren()
  at('repositories').tBodies[0].replaceChildren()
  at('sign-in').hidden = false
  at('wrong').textContent = reason
  at('key').value = ''
  at('key').focus()
}

const on = (id, event, work) =>
  at(id).addEventListener(event, (given) => {
    given.preventDefault()
    work()
  })

on('sign-in', 'submit', () => {
  key.set(at('key').value.trim())
  at('wrong').textContent = ''
  open()
})
on('sign-out', 'click', () => signOut())
on('search', 'submit', () => guarded(() => search()))
on('more', 'click', () => guarded(() => search(true)))
on('index', 'submit', () => guarded(index))
on('close-file', 'click', closeFile)
at('repositories').addEventListener('click', ({ target }) => {
  if (target.dataset.remove) guarded(() => removeRepository(target.dataset))
})
addEventListener('hashchange', () => guarded(showLinked))
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && key.get()) watch()
})
addEventListener('keydown', (event) => {
  if (event.key === '/' && !/INPUT|SELECT|TEXTAREA/.test(document.activeElement.tagName)) {
    event.preventDefault()
    at('query').focus()
  }
  if (event.key === 'Escape' && !at('file').hidden) closeFile()
})

async function open() {
  await watch()
  if (key.get()) await guarded(showLinked)
}

if (key.get()) open()
else signOut()

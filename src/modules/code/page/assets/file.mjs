import { get } from './data.mjs'
import { at, make } from './elements.mjs'

const around = 60

/** The address of a line within this page. */
export const lineLink = (repository, path, line) =>
  `#${encodeURIComponent(repository)}/${path.split('/').map(encodeURIComponent).join('/')}:${line}`

/** What the page's address points at, or undefined. */
export function linked() {
  const found = /^#([^/]+)\/(.+):(\d+)$/.exec(location.hash)
  if (!found) return undefined
  try {
    return {
      repository: decodeURIComponent(found[1]),
      path: decodeURIComponent(found[2]),
      line: Number(found[3]),
    }
  } catch {
    return undefined
  }
}

/** Shows the lines around the one that the address names. */
export async function showLinked() {
  const wanted = linked()
  at('file').hidden = !wanted
  if (!wanted) return
  const { repository, path, line } = wanted
  const start = Math.max(1, line - around)
  const query = new URLSearchParams({ repository, path, start_line: start, end_line: line + around })
  const answer = await get(`/files?${query}`)
  at('file-title').textContent = `${answer.repository}: ${answer.path}`
  const lines = answer.content.split('\n').map((text, n) => lineOf(text, start + n, start + n === line))
  const list = at('file-lines')
  list.start = start
  list.replaceChildren(...lines)
  at('file-title').focus()
  list.querySelector('[aria-current]')?.scrollIntoView({ block: 'center' })
}

function lineOf(text, number, isWanted) {
  const item = make('li', { value: number }, text.replace(/\r$/, '') || ' ')
  if (isWanted) item.setAttribute('aria-current', 'true')
  return item
}

/** Leaves the file; the results stay. */
export function closeFile() {
  history.replaceState(null, '', location.pathname)
  at('file').hidden = true
  at('query').focus()
}

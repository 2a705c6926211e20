import { make } from './elements.mjs'

/** Fills a table's body. A row is a list of cells (text or element); the first one names the row. */
export function fillRows(table, rows) {
  const body = table.tBodies[0]
  body.replaceChildren(
    ...rows.map(([first, ...rest]) =>
      make(
        'tr',
        {},
        make('th', { scope: 'row', title: first }, first),
        ...rest.map((cell) => make('td', {}, cell)),
      ),
    ),
  )
}

/** A number with a bar that shows it as a share of the largest; the number says it all, so the bar is not read out. */
export function withShare(text, share) {
  const filled = make('i')
  filled.style.width = `${Math.round(share * 100)}%`
  return make('span', {}, text, make('span', { class: 'share', 'aria-hidden': 'true' }, filled))
}

/** Text that stands out when it is bad news. */
export const marked = (text, isBad) => make('span', isBad ? { class: 'is-bad' } : {}, text)

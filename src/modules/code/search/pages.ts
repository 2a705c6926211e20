import type { Place } from './cursor'
import { findDefinitions } from './engine/definitions'
import { filesShowing } from './engine/shown-files'
import { generationsOf } from './generations'
import type { Looking } from './looking'
import { compareKeys } from './rank/key'
import { type Hit, mostRead, readFirst, readWindow, type Window } from './window'

/** Texts that define what is looked for and are put first. */
const mostFirst = 30
/** What one call may read when little matches, in pieces and in windows. */
const mostReadInAll = 4000
const mostWindows = 60

/** Files in order, with the place behind each; the answer takes as many as fit. */
export interface Page {
  found: { hit: Hit; behind: Place }[]
  /** Where to go on behind all that was found here; absent at the end. */
  rest?: Place
  files: number
  lines: number
  /** False when there may be more than was counted. */
  exact: boolean
}

/** Goes on from a place until more than `wanted` files are found, or a call's worth is read. */
export async function readPage(looking: Looking, from: Place, wanted: number): Promise<Page> {
  const page: Page = { found: [], files: 0, lines: 0, exact: false }
  let place: Place | undefined = from
  let read = 0
  for (let windows = 0; place && windows < mostWindows; windows++) {
    const window = await openWindow(looking, place)
    read += window.read
    const next = behindWindow(looking, place, window)
    page.found.push(...foundIn(window, place))
    page.files = next.files
    page.lines = next.lines
    place = following(looking, next)
    const enough = page.found.length > wanted && read >= mostRead
    if (enough || read >= mostReadInAll) break
  }
  page.exact = place === undefined
  return place ? { ...page, rest: place } : page
}

/** Where a search begins. */
export async function beginning(looking: Looking): Promise<Place> {
  const generations = generationsOf(looking.places)
  const first = await firstTexts(looking)
  return { low: first.length > 0 ? -1 : looking.range.low, files: 0, lines: 0, first, generations }
}

async function firstTexts({ db, owner, terms, places, range }: Looking): Promise<number[]> {
  const names = terms.filter((term) => term.length > 1 && !/\s/.test(term)).slice(0, 3)
  const blobs = new Set<number>()
  for (const name of names)
    for (const { blob } of await findDefinitions(db, owner, name, range)) blobs.add(blob)
  const files = await filesShowing(db, owner, places, [...blobs])
  const own = new Set(files.filter(({ generated }) => !generated).map(({ blob }) => blob))
  return [...own].sort((a, b) => a - b).slice(0, mostFirst)
}

/** The next window; at the end the first one again for the generated files that were passed over. */
function following({ range }: Looking, next: Place): Place | undefined {
  if (next.low <= range.high) return next
  const { late, ...behind } = next
  return late === undefined ? undefined : { ...behind, low: late, last: true }
}

function openWindow(looking: Looking, { low, high, first, last }: Place): Promise<Window> {
  if (low < 0) return readFirst(looking, first)
  return readWindow(looking, { low, high: high ?? looking.range.high }, new Set(first), last === true)
}

function behindWindow(looking: Looking, place: Place, window: Window): Place {
  const { first, generations } = place
  const { hits, end } = window
  return {
    ...sweepOf(place, window),
    low: place.low < 0 ? looking.range.low : end + 1,
    files: place.files + hits.length,
    lines: place.lines + hits.reduce((sum, { lines }) => sum + lines.length, 0),
    first,
    generations,
  }
}

/** Where the sweep for generated files will begin, or that it is under way. */
function sweepOf({ late, last }: Place, { passed }: Window): Pick<Place, 'late' | 'last'> {
  if (last) return { last }
  const firstPassed = Math.min(late ?? Infinity, passed ?? Infinity)
  return firstPassed === Infinity ? {} : { late: firstPassed }
}

/** A window's files behind the last one that was given, each with the place behind it. */
function foundIn(window: Window, place: Place): Page['found'] {
  const { low, files, lines, first, generations, key } = place
  const { hits, end } = window
  const sweep = sweepOf(place, window)
  return hits
    .toSorted((a, b) => compareKeys(a.key, b.key))
    .filter((hit) => key === undefined || compareKeys(hit.key, key) > 0)
    .map((hit) => ({
      hit,
      behind: { ...sweep, low, high: end, key: hit.key, files, lines, first, generations },
    }))
}

import type { Place } from './cursor'
import { generationsOf } from './generations'
import type { Hit } from './hit'
import type { Looking } from './looking'
import { compareKeys } from './rank/key'
import { type Stage, sizeOfWindow, sizeOfWindowAgain, stages } from './rank/stages'
import { readWindow, type Window } from './window'

/** What one call may read when little matches, in pieces and in windows. */
const mostReadInAll = 4000
const mostWindows = 60

/** Pieces that a page is chosen from at the least: half a window's, for some of its candidates may be in files that do not count. */
const leastRead = (stage: Stage) => sizeOfWindow(stage, 0).pieces / 2

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
  let inStage = 0
  for (let windows = 0; place && windows < mostWindows; windows++) {
    const { stage }: Place = place
    const window = await openWindow(looking, place, inStage)
    read += window.read
    const next = behindWindow(place, window)
    page.found.push(...foundIn(window, place))
    page.files = next.files
    page.lines = next.lines
    place = following(looking, next)
    inStage = place?.stage === stage ? inStage + 1 : 0
    const enough = page.found.length > wanted && read >= leastRead(stage)
    if (enough || read >= mostReadInAll) break
  }
  page.exact = place === undefined
  return place ? { ...page, rest: place } : page
}

function openWindow(looking: Looking, { stage, low, high }: Place, before: number): Promise<Window> {
  return high === undefined
    ? readWindow(looking, stage, { low, high: looking.range.high }, sizeOfWindow(stage, before))
    : readWindow(looking, stage, { low, high }, sizeOfWindowAgain)
}

/** Where a search begins. */
export const beginning = ({ defined, places, range }: Looking): Place => ({
  stage: defined.length > 0 ? stages.namesakeDefinition : stages.other,
  low: range.low,
  files: 0,
  lines: 0,
  generations: generationsOf(places),
})

/** The next window, at the end of a stage that of the next stage; generated files are looked for where some were passed over. */
function following(looking: Looking, next: Place): Place | undefined {
  const { range } = looking
  if (next.low <= range.high) return next
  const stage = stageBehind(looking, next.stage)
  if (stage !== stages.generated) return { ...next, stage, low: range.low }
  const { late, ...behind } = next
  return late === undefined ? undefined : { ...behind, stage, low: late }
}

function stageBehind({ named }: Looking, stage: Stage): Stage {
  if (stage === stages.definition && named.length === 0) return stages.other
  return Math.min(stage + 1, stages.generated) as Stage
}

function behindWindow(place: Place, window: Window): Place {
  const { stage, generations } = place
  const { hits, end } = window
  return {
    ...passedOver(place, window),
    stage,
    low: end + 1,
    files: place.files + hits.length,
    lines: place.lines + hits.reduce((sum, { lines }) => sum + lines.length, 0),
    generations,
  }
}

/** Where the search for generated files will begin. */
function passedOver({ stage, late }: Place, { passed }: Window): Pick<Place, 'late'> {
  if (stage !== stages.other) return late === undefined ? {} : { late }
  const first = Math.min(late ?? Infinity, passed ?? Infinity)
  return first === Infinity ? {} : { late: first }
}

/** A window's files behind the last one that was given, each with the place behind it. */
function foundIn(window: Window, place: Place): Page['found'] {
  const { stage, low, files, lines, generations, key } = place
  const { hits, end } = window
  const sweep = passedOver(place, window)
  return hits
    .toSorted((a, b) => compareKeys(a.key, b.key))
    .filter((hit) => key === undefined || compareKeys(hit.key, key) > 0)
    .map((hit) => ({
      hit,
      behind: { ...sweep, stage, low, high: end, key: hit.key, files, lines, generations },
    }))
}

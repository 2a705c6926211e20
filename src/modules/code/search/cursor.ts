import { createHash } from 'node:crypto'
import { invalid } from '../../../core/errors'
import type { Key } from './rank/key'
import { type Stage, stages } from './rank/stages'

/**
 * Where a page ended. The index is gone through in windows of numbers that never change hands, and within a window files have an order that depends on
 * nothing but themselves: so a page goes on behind the last file whatever was indexed or removed in between.
 */
export interface Place {
  stage: Stage
  /** The window's first piece. */
  low: number
  /** Its last piece; absent when the window has not been opened yet. */
  high?: number
  /** The last file that was given. */
  key?: Key
  /** Files and lines found before this window. */
  files: number
  lines: number
  /** The first piece of a generated file that was passed over, where their stage will begin. */
  late?: number
  /** Which indexes the search began with; see `generationsOf`. */
  generations: Record<string, number>
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 8)

/** Packs a place into one opaque word that only goes with the same question. */
export const encodePlace = (question: string, place: Place): string =>
  Buffer.from(
    JSON.stringify([
      digest(question),
      place.stage,
      place.low,
      place.high ?? null,
      place.key ?? null,
      place.files,
      place.lines,
      place.generations,
      place.late ?? null,
    ]),
  ).toString('base64url')

/**
 * The place, kept within the pieces that may be searched: a cursor is the caller's to write, and the numbers of others are not theirs to ask
 * about.
 */
export function within(place: Place, range: Range): Place {
  const kept = (piece: number) => Math.min(Math.max(piece, range.low), range.high + 1)
  const low = kept(place.low)
  return {
    ...place,
    low,
    ...(place.late !== undefined && { late: kept(place.late) }),
    ...(place.high !== undefined && { high: Math.max(low - 1, Math.min(place.high, range.high)) }),
  }
}

/** The place in a cursor; throws `invalid` for one of another question, or for no cursor at all. */
export function decodePlace(question: string, cursor: string, range: Range): Place {
  const parts = unpack(cursor)
  const [owner, stage, low, high, key, files, lines, generations, late] = parts
  const sound =
    owner === digest(question) &&
    isStage(stage) &&
    [low, files, lines].every(isNumber) &&
    (high === null || isNumber(high)) &&
    (key === null || isNumbers(key)) &&
    (late === null || isNumber(late)) &&
    isGenerations(generations)
  if (!sound) throw invalid('/cursor', 'must be the next_cursor of an earlier answer to the same question')
  const place: Place = {
    stage: stage as Stage,
    low: low as number,
    ...(high === null ? {} : { high: high as number }),
    ...(key === null ? {} : { key: key as number[] }),
    files: files as number,
    lines: lines as number,
    generations: generations as Record<string, number>,
    ...(late === null ? {} : { late: late as number }),
  }
  return within(place, range)
}

interface Range {
  low: number
  high: number
}

function unpack(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

const isStage = (value: unknown) => Object.values<unknown>(stages).includes(value)
const isNumber = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= -1
const isNumbers = (value: unknown) =>
  Array.isArray(value) && value.length <= 10 && value.every((item) => Number.isSafeInteger(item))
const isGenerations = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((item) => Number.isSafeInteger(item))

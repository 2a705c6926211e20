import { sql } from 'drizzle-orm'
import type { Reader } from '../../../../core/storage'
import { blobOfChunk, type Candidates, type ChunkRange, chunksPerBlob } from '../chunks'
import { type Gram, gramNumbers, gramsOf, nameNumbers } from '../grams'
import type { Need } from '../regex/need'
import { type BlockLists, openLists } from './block-lists'
import { matchingChunks } from './postings'

export type { Candidates, ChunkRange } from '../chunks'

/** Alternatives beyond this many are not asked for one by one. */
const mostQuestions = 8

/** The pieces in which something can match, or that define a name in which it can; `wanted` of them or more, if there are as many. */
export async function findChunks(
  db: Reader,
  owner: string,
  need: Need,
  range: ChunkRange,
  wanted: number,
  { lists = openLists(db, owner), names = false }: { lists?: BlockLists; names?: boolean } = {},
): Promise<Candidates> {
  const questions = questionsOf(need)
  if (!questions) return listChunks(db, owner, range, wanted)
  const found: Candidates[] = []
  const numbersOf = names ? nameNumbers : gramNumbers
  for (const grams of questions)
    found.push(await matchingChunks(lists, { numbers: numbersOf(grams), names }, range, wanted))
  return unionOf(found, range)
}

/** Where the index knows nothing of what is looked for, every piece is a candidate: whole texts, for what is cut would be found twice. */
async function listChunks(db: Reader, owner: string, range: ChunkRange, wanted: number): Promise<Candidates> {
  const chunks = await readNumbers(db, owner, range, wanted)
  if (chunks.length < wanted) return { chunks, end: range.high }
  const last = chunks.at(-1)!
  const end = Math.min(range.high, (blobOfChunk(last) + 1) * chunksPerBlob - 1)
  return {
    chunks: [...chunks, ...(await readNumbers(db, owner, { low: last + 1, high: end }, chunksPerBlob))],
    end,
  }
}

async function readNumbers(
  db: Reader,
  owner: string,
  { low, high }: ChunkRange,
  most: number,
): Promise<number[]> {
  const rows = await db.rows<{ chunk: number }>(
    db.dialect === 'postgres'
      ? sql`select chunk::float8 as chunk from holdfast.code_chunks where owner = ${owner}
            and chunk between ${low}::bigint and ${high}::bigint order by code_chunks.chunk limit ${most}::integer`
      : sql`select chunk from code_chunks where owner = ${owner}
            and chunk between cast(${low} as integer) and cast(${high} as integer) order by chunk limit cast(${most} as integer)`,
  )
  return rows.map(({ chunk }) => chunk)
}

/** Candidates that any of several questions has found, as far as all of them are complete. */
export function unionOf(found: Candidates[], range: ChunkRange): Candidates {
  if (found.length === 1) return found[0]!
  const end = Math.min(range.high, ...found.map((one) => one.end))
  const all = new Set(found.flatMap(({ chunks }) => chunks).filter((chunk) => chunk <= end))
  return { chunks: [...all].sort((a, b) => a - b), end }
}

/** A need as sets of trigrams one of which a piece must have whole; null for one that asks for nothing, or for too much at once. */
export function questionsOf(need: Need): Gram[][] | null {
  if (need.kind === 'anything') return null
  if (need.kind === 'literal') return [gramsOf(need.text)]
  const inner = need.needs.map(questionsOf)
  if (need.kind === 'one') {
    const all = inner.flatMap((questions) => questions ?? [])
    return inner.includes(null) || all.length > mostQuestions ? null : all
  }
  return inner.reduce(both, null)
}

/** What both ask for; where that would be too many questions, the narrower one alone. */
function both(left: Gram[][] | null, right: Gram[][] | null): Gram[][] | null {
  if (!left || !right) return left ?? right
  if (left.length * right.length > mostQuestions) return left.length <= right.length ? left : right
  return left.flatMap((a) => right.map((b) => [...new Set([...a, ...b])]))
}

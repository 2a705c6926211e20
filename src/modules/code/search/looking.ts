import type { Reader } from '../../../core/storage'
import { type BlockLists, openLists } from './engine/block-lists'
import type { Candidates, ChunkRange } from './engine/engine'
import type { Place as Repository, ShownFile } from './engine/shown-files'
import type { Hit } from './hit'
import { type FitsNames, type Verify, verifierOf } from './match/verify'
import { atomsOf, type Node, type Query } from './query/query'
import { type Ranking, rankingBy } from './rank/key'
import { definedTerms, namedTerms } from './rank/stages'

/** One search under way: what is looked for, where, and with what. */
export interface Looking {
  db: Reader
  owner: string
  query: Query
  places: ReadonlyMap<string, Repository>
  /** All pieces of the owner's that can belong to the places. */
  range: ChunkRange
  lists: BlockLists
  /** Literals of the query. */
  terms: string[]
  /** Of these, folded, what definitions and symbols come first of. */
  defined: string[]
  named: string[]
  ranking: Ranking
  /** True when single pieces of a text decide, so that the others need not be read. */
  piecewise: boolean
  /** True when definitions are part of the question. */
  asksSymbols: boolean
  /** True when names of files, repositories, branches or languages are. */
  asksNames: boolean
  /** Candidates from `after` on that were found together with those of an earlier window. */
  ahead?: Candidates & { after: number; of: 'definitions' | 'symbols' | 'texts' }
  /** The files that show texts, as far as this call has asked for them, and which of them match. */
  files: Map<number, ShownFile[]>
  verified: Map<number, Hit[]>
  verify: Verify
  fitsNames: FitsNames
}

export function lookFor(
  db: Reader,
  owner: string,
  query: Query,
  places: ReadonlyMap<string, Repository>,
  range: ChunkRange,
): Looking {
  const all = atomsOf(query.node, true)
  const texts = all.filter(({ kind }) => kind === 'text')
  const asksSymbols = all.some(({ kind }) => kind === 'symbol')
  const terms = atomsOf(query.node).flatMap(({ kind, pattern }) =>
    (kind === 'text' || kind === 'symbol') && 'literal' in pattern ? [pattern.literal] : [],
  )
  const asksNames = all.length > texts.length + all.filter(({ kind }) => kind === 'symbol').length
  const piecewise = texts.length === 1 && !asksSymbols && needsText(query.node)
  return {
    db,
    owner,
    query,
    places,
    range,
    lists: openLists(db, owner),
    terms,
    defined: definedTerms(terms),
    named: namedTerms(terms),
    ranking: rankingBy(terms),
    piecewise,
    asksSymbols,
    asksNames,
    files: new Map(),
    verified: new Map(),
    ...verifierOf(query),
  }
}

/** True when nothing fits without a text: not beside an alternative that asks for a name alone. */
const needsText = (node: Node): boolean =>
  node.kind === 'all' ? node.nodes.some(needsText) : node.kind === 'text'

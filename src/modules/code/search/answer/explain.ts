import type { Static } from '@sinclair/typebox'
import { type Looking, lookFor } from '../looking'
import { beginning, readPage } from '../pages'
import { type Atom, atomsOf } from '../query/query'
import type { SearchScope } from '../scope'
import { nearestTo } from './nearest'
import type { emptyView } from './schema'

type Empty = Static<typeof emptyView>

const mostAtoms = 4

/** Why there are no repositories to search in, and what to do. */
export function explainNothing({ places, waiting, failed, emptyProject }: SearchScope): Empty {
  if (places.size > 0)
    return {
      reason: 'No text of the searched repositories is indexed.',
      next_step: 'get_repository says what was left out, and why.',
      nearest: [],
    }
  if (emptyProject)
    return {
      reason: 'The project has no repositories.',
      next_step: 'Call add_repository_to_project first.',
      nearest: [],
    }
  if (waiting > 0)
    return {
      cause: 'indexing',
      reason: 'The repository is still being indexed for the first time.',
      next_step: 'list_index_jobs shows how far it is.',
      nearest: [],
    }
  const [first] = failed
  if (!first)
    return {
      cause: 'nothing_indexed',
      reason: 'No repository is indexed yet.',
      next_step: 'Call index_repository first.',
      nearest: [],
    }
  const others = failed.length > 1 ? `; ${failed.length - 1} more failed too` : ''
  return {
    cause: 'index_failed',
    reason: `${first.name} could not be indexed: ${first.reason}${others}.`,
    next_step: 'Put that right and call index_repository again, or remove it with delete_repository.',
    nearest: [],
  }
}

/** Why a search over everything found nothing: which part has no match, and what that was perhaps meant to be. */
export async function explainEmpty(looking: Looking): Promise<Empty> {
  const atoms = atomsOf(looking.query.node).slice(0, mostAtoms)
  const texts = atoms.filter(({ kind }) => kind === 'text' || kind === 'symbol')
  const missing: Atom[] = []
  // A query of one part has just been answered.
  const known = looking.query.node.kind === 'text' || looking.query.node.kind === 'symbol'
  for (const atom of texts) if (known || !(await occurs(looking, atom))) missing.push(atom)
  const nearest = (await Promise.all(missing.map((atom) => nearestOf(looking, atom)))).flat()
  return { reason: await reasonOf(looking, texts, missing), nearest: [...new Set(nearest)].slice(0, 5) }
}

async function nearestOf(looking: Looking, { pattern }: Atom): Promise<string[]> {
  return 'literal' in pattern ? nearestTo(looking, pattern.literal) : []
}

async function reasonOf(looking: Looking, texts: Atom[], missing: Atom[]): Promise<string> {
  const { query } = looking
  if (query.caseSensitive && (await anyCase(looking)))
    return 'Nothing matches in this letter case; without case:yes something does.'
  if (missing.length > 0)
    return `Nothing in the searched repositories contains ${missing.map(quote).join(' or ')}.`
  if (texts.length > 1)
    return 'Each part occurs, but no file has all of them: search for fewer, or join them with "or".'
  if (texts.length === 1) return 'It occurs, but not in a file that the filters let through.'
  return 'No file fits the filters.'
}

const quote = ({ kind, pattern }: Atom) => {
  const text = 'literal' in pattern ? `"${pattern.literal}"` : `/${pattern.regex}/`
  return kind === 'symbol' ? `a symbol like ${text}` : text
}

/** True when a part of the query, alone and without filters, matches something. */
async function occurs(looking: Looking, atom: Atom): Promise<boolean> {
  const { caseSensitive } = looking.query
  return finds(looking, { node: atom, caseSensitive })
}

const anyCase = (looking: Looking) => finds(looking, { node: looking.query.node, caseSensitive: false })

async function finds({ db, owner, places, range }: Looking, query: Looking['query']): Promise<boolean> {
  const alone = lookFor(db, owner, query, places, range)
  const { found } = await readPage(alone, beginning(alone), 1)
  return found.length > 0
}

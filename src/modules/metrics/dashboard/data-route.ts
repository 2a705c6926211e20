import { AppError, invalid } from '../../../core/errors'
import type { RawRequest, RawRoute } from '../../../core/module'
import type { Principal } from '../../../core/principal'
import { readingProblems } from '../query/problems'
import type { Store } from '../store/open'
import type { Overview, Question } from './measure'
import { ranges, requestTypes } from './ranges'

/** `GET /dashboard/metrics/data`: the numbers of the page, in one answer. */
export const dataRoute = (store: Store, now: () => number): RawRoute => ({
  method: 'GET',
  path: '/dashboard/metrics/data',
  title: 'Numbers of the dashboard',
  description:
    'Requests, errors and latency over a range, by step, by tool and by service. Scope: `admin`, or `metrics:admin` by name.',
  access: 'required',
  openapi: {
    parameters: [
      inQuery('range', Object.keys(ranges), '1h'),
      inQuery('type', Object.keys(requestTypes)),
      { name: 'service', in: 'query', required: false, schema: { type: 'string', maxLength: 50 } },
    ],
    responses: readingProblems,
  },
  async handle(raw) {
    requireAdmin(raw.principal)
    const question = questionOf(raw, now())
    // Shown from the tables; what is still in the log comes with the next look.
    await store.settled().catch(() => {})
    return Response.json(await store.db.read<Overview>('measureOverview', question))
  },
})

const inQuery = (name: string, choices: string[], fallback?: string) => ({
  name,
  in: 'query',
  required: false,
  schema: { type: 'string', enum: choices, ...(fallback && { default: fallback }) },
})

/** Everyone's metrics are seen here: `*` alone is not enough. */
function requireAdmin(principal: Principal | null): void {
  if (principal?.scopes.some((scope) => scope === 'admin' || scope === 'metrics:admin')) return
  throw new AppError('forbidden', 'This needs the scope admin or metrics:admin, which the key does not have')
}

function questionOf({ request }: RawRequest, now: number): Question {
  const query = new URL(request.url).searchParams
  const range = chosen(query, 'range', ranges) ?? '1h'
  const { length, step } = ranges[range]!
  const service = query.get('service')?.slice(0, 50) || undefined
  const from = Math.floor((now - length) / step) * step
  return { from, to: now + 1, step, type: chosen(query, 'type', requestTypes), service }
}

function chosen(query: URLSearchParams, name: string, choices: object): string | undefined {
  const given = query.get(name)
  if (given === null || given === '') return undefined
  if (Object.hasOwn(choices, given)) return given
  throw invalid(`/${name}`, `must be one of ${Object.keys(choices).join(', ')}`)
}

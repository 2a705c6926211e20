import { jsonRequest } from '../../../core/json-request'
import type { RawRequest, RawRoute } from '../../../core/module'
import type { Part } from '../part'
import { answer, failure, readBody } from './answer'
import { searchDocuments } from './search-documents'
import { validateOutput } from './validate-output'

const query = (name: string, description: string, required = false) => ({
  name,
  in: 'query',
  required,
  description,
  schema: { type: name === 'limit' ? 'integer' : 'string' },
})
const scope = [query('repository', 'Name or id'), query('project_id', 'Name or id of a project')]

const search: RawRoute = {
  method: 'GET',
  path: '/search',
  title: 'Search whole files (older path)',
  description: 'The predecessor’s path and fields; new clients call GET /api/v1/code/search.',
  access: 'required',
  openapi: { parameters: [query('term', 'A literal', true), ...scope, query('limit', '1 to 100, else 20')] },
  async handle(raw) {
    const term = parameters(raw).get('term')
    if (!term) return failure(400, 'Missing term query parameter')
    return answer(() => documents(raw, 20, { term }))
  },
}

const recent: RawRoute = {
  method: 'GET',
  path: '/files/recent',
  title: 'Recently indexed files (older path)',
  description: 'The predecessor’s path and fields; new clients call GET /api/v1/code/files/recent.',
  access: 'required',
  openapi: { parameters: [...scope, query('limit', '1 to 100, else 10')] },
  handle: (raw) => answer(() => documents(raw, 10, {})),
}

const validate: RawRoute = {
  method: 'POST',
  path: '/validate-output',
  title: 'Check a text against a schema (older path)',
  description: 'The predecessor’s path; new clients call POST /api/v1/code/validate-output.',
  access: 'required',
  openapi: jsonRequest(['schema', 'output'], {
    schema: { type: 'object' },
    output: { type: 'string', minLength: 1 },
  }),
  async handle(raw) {
    const { schema, output } = await readBody(raw.request)
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
      return failure(400, 'Missing or invalid field: schema')
    if (typeof output !== 'string' || output === '') return failure(400, 'Missing or invalid field: output')
    return answer(async () => Response.json(await raw.call('validate_output', { schema, output })))
  },
}

const parameters = ({ request }: RawRequest) => new URL(request.url).searchParams

/** Anything but a positive number means the usual limit; more than an answer gives means as many as that. */
function limitOf(text: string | null, usual: number): number {
  const limit = Math.floor(Number(text))
  return limit >= 1 ? Math.min(limit, 100) : usual
}

async function documents(raw: RawRequest, usual: number, more: { term?: string }): Promise<Response> {
  const given = parameters(raw)
  const [repository, project] = [given.get('repository'), given.get('project_id')]
  return Response.json(
    await raw.call('search_documents', {
      ...more,
      limit: limitOf(given.get('limit'), usual),
      ...(repository && { repository }),
      ...(project && { project }),
    }),
  )
}

/** The predecessor's paths for searching, and what stands behind them. */
export const olderPart: Part = {
  operations: [searchDocuments, validateOutput],
  routes: [search, recent, validate],
}

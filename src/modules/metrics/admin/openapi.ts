import { malformed, misformed, unauthorized, unavailable } from '../ingest/refusals'
import { keptTables } from '../retention/kept-tables'
import { fewestDays, mostDays } from './days'

const table = { type: 'string', enum: keptTables.map(({ name }) => name) }

/** Parameter of the OpenAPI document: of one table. */
export const tableName = {
  name: 'table_name',
  in: 'query',
  required: false,
  description: 'One table; default all.',
  schema: table,
}

/** Parameter of the OpenAPI document. */
export const dryRunOnly = {
  name: 'dry_run',
  in: 'query',
  required: false,
  description: 'false deletes.',
  schema: { type: 'boolean', default: true },
}

/** Parameters of the OpenAPI document: a policy. */
export const policyParameters = [
  { name: 'table', in: 'path', required: true, schema: table },
  {
    name: 'retention_days',
    in: 'query',
    required: true,
    schema: { type: 'integer', minimum: fewestDays, maximum: mostDays },
  },
  { name: 'is_active', in: 'query', required: false, schema: { type: 'boolean', default: true } },
]

/** What an admin route with these parameters refuses, for the OpenAPI document. */
export const refusalsOf = (parameters: object[]) => ({
  401: unauthorized,
  ...(parameters.length > 0 && {
    400: malformed('The table is none of these; a problem where headers are missing.', 'Invalid table name'),
  }),
  422: misformed('A parameter does not fit, or the body is no JSON object.', {
    type: 'bool_parsing',
    loc: ['query', 'dry_run'],
    msg: 'Input should be a valid boolean, unable to interpret input',
  }),
  503: unavailable,
})

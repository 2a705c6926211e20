import type { TObject, TSchema } from '@sinclair/typebox'
import { type Example, type Operation, pathParameters } from '../../core/operation'
import type { Bound } from '../dispatch/dispatch'
import { downloadParameter, isDownload, mediaTypesOf } from './download'
import { problemResponses } from './openapi-problems'
import { openApiSchema } from './openapi-schema'

type Json = Record<string, unknown>

/** The OpenAPI operation that an operation's REST route is shown as. */
export function operationDetail({ operation, module, path, answer }: Bound): Json {
  const { rest } = operation
  const takesBody = rest.method !== 'GET' && rest.method !== 'DELETE'
  return {
    operationId: operation.name,
    summary: operation.title,
    description: descriptionOf(operation),
    tags: [module],
    parameters: parametersOf(operation, path, takesBody),
    ...(takesBody && bodyOf(operation, path)),
    responses: responsesOf(operation, path, takesBody, answer),
    ...(operation.access === 'optional' && { security: [...anyCredential, {}] }),
  }
}

/** Every way to say who calls; the document's default. */
export const anyCredential: Record<string, string[]>[] = [
  { bearer: [] },
  { apiKey: [] },
  { subscriptionKey: [], subscriptionEmail: [] },
]

function descriptionOf({ description, scope, cost = 1 }: Operation): string {
  const needs = scope === null ? '' : `Scope: \`${scope}\`. `
  return `${description}\n\n${needs}Takes ${cost} from the quota.`
}

function parametersOf(operation: Operation, path: string, takesBody: boolean): Json[] {
  const inPath = pathParameters(path)
  const names = takesBody
    ? inPath
    : [...inPath, ...Object.keys(operation.input.properties).filter(notIn(inPath))]
  const parameters = names.map((name) => parameterOf(operation, name, inPath.includes(name)))
  return isDownload(operation) && !takesBody ? [...parameters, downloadDetail] : parameters
}

const notIn = (list: readonly string[]) => (name: string) => !list.includes(name)

const downloadDetail: Json = {
  name: downloadParameter,
  in: 'query',
  description: 'Answer with the bare file. The same as an `Accept` that names its media type.',
  schema: { type: 'boolean', default: false },
}

/** An object in a query is JSON text; shown as an object, Swagger UI would fill it with samples. */
function parameterOf({ input, examples }: Operation, name: string, inPath: boolean): Json {
  const property = input.properties[name] as TSchema
  const { description, ...schema } = openApiSchema(property)
  const required = inPath || needs(input, name)
  // Swagger UI sends every example it shows: a filter that nobody asked for would hide what is there.
  const shown = required ? examples : []
  const example = shown?.map(({ input }) => (input as Json)[name]).find((value) => value !== undefined)
  return {
    name,
    in: inPath ? 'path' : 'query',
    required,
    ...(description !== undefined && { description }),
    schema: schema.type === 'object' ? { type: 'string', format: 'json' } : schema,
    ...(example !== undefined && { example: schema.type === 'object' ? JSON.stringify(example) : example }),
  }
}

/** What has a default is filled in where it is missing. */
const needs = (input: TObject, name: string): boolean =>
  (input.required?.includes(name) ?? false) && input.properties[name]?.default === undefined

function bodyOf({ input, examples }: Operation, path: string): Json {
  const inPath = pathParameters(path)
  const { properties, required, ...rest } = openApiSchema(input) as { properties: Json; required?: string[] }
  const needed = required?.filter((name) => !inPath.includes(name) && needs(input, name)) ?? []
  const schema = {
    ...rest,
    properties: without(properties, inPath),
    ...(needed.length > 0 && { required: needed }),
  }
  const shown = examplesOf(examples, ({ input }) => without(input as Json, inPath))
  return {
    requestBody: { required: needed.length > 0, content: { 'application/json': { schema, ...shown } } },
  }
}

const without = (object: Json, names: readonly string[]): Json =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))

type AnyExample = Example<unknown, unknown>

function examplesOf(examples: AnyExample[] | undefined, pick: (example: AnyExample) => unknown): Json {
  const entries = (examples ?? [])
    .map((example) => ({ title: example.title, value: pick(example) }))
    .filter(({ value }) => value !== undefined)
    .map(({ title, value }, index) => [`example${index + 1}`, { summary: title, value }])
  return entries.length > 0 ? { examples: Object.fromEntries(entries) } : {}
}

/** What was declared, else what was once answered. */
function answersOf(examples: AnyExample[] | undefined, answer: unknown): Json {
  const declared = examplesOf(examples, ({ output }) => output)
  return 'examples' in declared || answer === undefined ? declared : { example: answer }
}

function responsesOf(operation: Operation, path: string, takesBody: boolean, answer: unknown): Json {
  const status = operation.rest.status ?? 200
  const json = {
    schema: openApiSchema(operation.output),
    ...answersOf(operation.examples, answer),
  }
  const files = isDownload(operation)
    ? mediaTypesOf(operation.output).filter((type) => !type.includes('json'))
    : []
  const bodies = takesBody ? [408, 413, 415] : []
  const rows = pathParameters(path).length > 0 ? [404] : []
  return {
    [status]: {
      description: 'Done.',
      headers: successHeaders,
      content: {
        'application/json': json,
        ...Object.fromEntries(files.map((type) => [type, { schema: { type: 'string' } }])),
      },
    },
    ...problemResponses(400, 401, 403, ...rows, ...bodies, 422, 429, 500, 503, 504),
  }
}

const counted = (description: string) => ({ description, schema: { type: 'integer' } })

const successHeaders: Json = {
  'X-Request-Id': { description: 'Finds the call in logs and audit.', schema: { type: 'string' } },
  'X-RateLimit-Limit': counted('Calls that the window with the least left admits.'),
  'X-RateLimit-Remaining': counted('Calls left in it.'),
  'X-RateLimit-Reset': counted('Unix seconds at which its oldest counted call leaves.'),
}

import { AppError } from '../../../../core/errors'
import type { RawRequest, RawRoute } from '../../../../core/module'
import { allows } from '../../../../core/principal'
import type { Reading } from '../../query/reading'
import { PromqlError } from '../promql-error'
import type { StoredOptions } from '../stored/instrument-series'
import type { PromqlAnswer, PromqlRequest } from './answer-promql'
import { describeMetrics } from './metadata'
import { openapiOf } from './openapi'
import { limitParameter, parametersOf, required, stepParameter, timeParameter } from './parameters'

type Kind = 'query' | 'query_range' | 'series' | 'labels' | 'values'

const titles: Record<Kind, [path: string, title: string]> = {
  query: ['/api/v1/query', 'PromQL at one time'],
  query_range: ['/api/v1/query_range', 'PromQL over a range of times'],
  series: ['/api/v1/series', 'Series that fit selectors'],
  labels: ['/api/v1/labels', 'Names of labels'],
  values: ['/api/v1/label/:name/values', 'Values of a label'],
}

/** The part of Prometheus' HTTP API that reads, so that Grafana's Prometheus data source works without a Prometheus. */
export function promqlRoutes(reading: Reading, bounds: readonly number[]): RawRoute[] {
  const ask = (
    read: (parameters: URLSearchParams, options: StoredOptions, raw: RawRequest) => PromqlRequest,
  ) =>
    guarded(async (raw) => {
      const request = read(parametersOf(raw), { bounds, now: reading.now() }, raw)
      return reading.ask<PromqlAnswer>('promql', request)
    })
  const handlers: Record<Kind, RawRoute['handle']> = {
    query: ask((parameters, options) => ({
      kind: 'query',
      query: required(parameters, 'query'),
      time: timeParameter(parameters, 'time', options.now),
      options,
    })),
    query_range: ask((parameters, options) => ({
      kind: 'query_range',
      query: required(parameters, 'query'),
      start: timeParameter(parameters, 'start'),
      end: timeParameter(parameters, 'end'),
      step: stepParameter(parameters),
      options,
    })),
    series: ask((parameters, options) => {
      if (!parameters.has('match[]')) throw new PromqlError('bad_data', 'no match[] parameter provided')
      return { kind: 'series', ...selected(parameters, options) }
    }),
    labels: ask((parameters, options) => ({ kind: 'labels', ...selected(parameters, options) })),
    values: ask((parameters, options, raw) => ({
      kind: 'values',
      label: raw.params.name!,
      ...selected(parameters, options),
    })),
  }
  const routes = (Object.keys(titles) as Kind[]).flatMap((kind) =>
    (kind === 'values' ? (['GET'] as const) : (['GET', 'POST'] as const)).map((method) =>
      routeOf(method, titles[kind], handlers[kind], openapiOf(kind, method)),
    ),
  )
  const metadata = guarded(async (raw) => ({
    data: JSON.stringify(await describeMetrics(reading, parametersOf(raw))),
  }))
  return [
    ...routes,
    routeOf('GET', ['/api/v1/metadata', 'Types and help of metrics'], metadata, openapiOf('metadata', 'GET')),
    ...fixed.flatMap(({ kind, path, title, methods, data }) =>
      methods.map((method) =>
        routeOf(
          method,
          [path, title],
          guarded(async () => ({ data: JSON.stringify(data) })),
          openapiOf(kind, method),
        ),
      ),
    ),
  ]
}

/** The Prometheus whose answers these are, and what Grafana looks for there that is not kept here: exemplars, rules and alerts. */
const fixed = [
  {
    kind: 'buildinfo',
    path: '/api/v1/status/buildinfo',
    title: 'What the API speaks',
    methods: ['GET'],
    data: { version: '3.0.0', revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' },
  },
  {
    kind: 'exemplars',
    path: '/api/v1/query_exemplars',
    title: 'Exemplars: none are kept',
    methods: ['GET', 'POST'],
    data: [],
  },
  {
    kind: 'rules',
    path: '/api/v1/rules',
    title: 'Rules: none run here',
    methods: ['GET'],
    data: { groups: [] },
  },
  {
    kind: 'alerts',
    path: '/api/v1/alerts',
    title: 'Alerts: none run here',
    methods: ['GET'],
    data: { alerts: [] },
  },
] as const

const selected = (parameters: URLSearchParams, options: StoredOptions) => ({
  selectors: parameters.getAll('match[]'),
  start: timeParameter(parameters, 'start', 0),
  end: timeParameter(parameters, 'end', options.now),
  limit: limitParameter(parameters, 'limit'),
  options,
})

const routeOf = (
  method: 'GET' | 'POST',
  [path, title]: [path: string, title: string],
  handle: RawRoute['handle'],
  openapi: Record<string, unknown>,
): RawRoute => ({
  method,
  path,
  title,
  description: `${title}, in Prometheus’ shapes. Needs the scope metrics:read; not counted against the quota.`,
  access: 'required',
  openapi,
  handle,
})

/** Errors in Prometheus' shape; access is checked first. */
const guarded =
  (work: (raw: RawRequest) => Promise<PromqlAnswer>): RawRoute['handle'] =>
  async (raw) => {
    if (!raw.principal || !allows(raw.principal, 'metrics:read'))
      return failure(
        403,
        'forbidden',
        'this needs the scope metrics:read, which the credential does not have',
      )
    try {
      const answer = await work(raw)
      if ('error' in answer) return failure(statuses[answer.errorType], answer.errorType, answer.error)
      const warnings = answer.warnings ? `,"warnings":${JSON.stringify(answer.warnings)}` : ''
      return new Response(`{"status":"success","data":${answer.data}${warnings}}`, { headers: json })
    } catch (error) {
      return answerTo(error)
    }
  }

/** What can be said in Prometheus' shape; anything else goes on. */
function answerTo(error: unknown): Response {
  if (error instanceof PromqlError) return failure(statuses[error.errorType], error.errorType, error.message)
  if (!(error instanceof AppError) || error.kind !== 'unavailable') throw error
  const headers: Record<string, string> =
    error.retryAfter === undefined ? {} : { 'Retry-After': String(error.retryAfter) }
  return failure(503, 'unavailable', error.message, headers)
}

const json = { 'Content-Type': 'application/json' }

const statuses = { bad_data: 400, execution: 422, timeout: 503 } as const

const failure = (status: number, errorType: string, error: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ status: 'error', errorType, error }), {
    status,
    headers: { ...json, ...headers },
  })

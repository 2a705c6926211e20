import type { RawRequest, RawRoute } from '../../../../core/module'
import { allows } from '../../../../core/principal'
import type { Reading } from '../../query/reading'
import { PromqlError } from '../promql-error'
import type { StoredOptions } from '../stored/instrument-series'
import type { PromqlAnswer, PromqlRequest } from './answer-promql'
import { describeMetrics } from './metadata'
import { openapiOf } from './openapi'
import { parametersOf, required, stepParameter, timeParameter } from './parameters'

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
  const metadata = guarded(async () => ({ data: JSON.stringify(await describeMetrics(reading)) }))
  const buildinfo = guarded(async () => ({ data: JSON.stringify(build) }))
  return [
    ...routes,
    routeOf('GET', ['/api/v1/metadata', 'Types and help of metrics'], metadata, openapiOf('metadata', 'GET')),
    routeOf(
      'GET',
      ['/api/v1/status/buildinfo', 'What the API speaks'],
      buildinfo,
      openapiOf('buildinfo', 'GET'),
    ),
  ]
}

/** The Prometheus whose answers these are. */
const build = { version: '3.0.0', revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' }

const selected = (parameters: URLSearchParams, options: StoredOptions) => ({
  selectors: parameters.getAll('match[]'),
  start: timeParameter(parameters, 'start', 0),
  end: timeParameter(parameters, 'end', options.now),
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
      return new Response(`{"status":"success","data":${answer.data}}`, { headers: json })
    } catch (error) {
      if (!(error instanceof PromqlError)) throw error
      return failure(statuses[error.errorType], error.errorType, error.message)
    }
  }

const json = { 'Content-Type': 'application/json' }

const statuses = { bad_data: 400, execution: 422, timeout: 503 } as const

const failure = (status: number, errorType: string, error: string) =>
  new Response(JSON.stringify({ status: 'error', errorType, error }), { status, headers: json })

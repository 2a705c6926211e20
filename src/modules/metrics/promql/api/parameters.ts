import type { RawRequest } from '../../../../core/module'
import { durationOf } from '../duration'
import { badData } from '../promql-error'

/** The parameters of a request: those of the URL, and of a form in the body. */
export function parametersOf({ request, bytes }: RawRequest): URLSearchParams {
  const parameters = new URLSearchParams(new URL(request.url).search)
  const type = request.headers.get('content-type') ?? ''
  if (request.method !== 'POST' || bytes.length === 0) return parameters
  if (!/^application\/x-www-form-urlencoded\b/i.test(type))
    throw badData('the body must be application/x-www-form-urlencoded')
  for (const [name, value] of new URLSearchParams(new TextDecoder().decode(bytes)))
    parameters.append(name, value)
  return parameters
}

export function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name)
  if (value === null || value === '') throw badData(`invalid parameter "${name}": it is missing`)
  return value
}

/** Unix seconds or RFC 3339, as milliseconds. */
export function timeParameter(parameters: URLSearchParams, name: string, otherwise?: number): number {
  const text = parameters.get(name)
  if ((text === null || text === '') && otherwise !== undefined) return otherwise
  const value = required(parameters, name)
  const time = /^-?\d*\.?\d+(e[+-]?\d+)?$/i.test(value)
    ? Math.round(Number(value) * 1000)
    : /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/i.test(value)
      ? Date.parse(value)
      : Number.NaN
  if (Number.isNaN(time) || Math.abs(time) > 8.64e15)
    throw badData(`invalid parameter "${name}": cannot parse it to a valid timestamp`)
  return time
}

/** Seconds, or a duration such as 5m, as milliseconds. */
export function stepParameter(parameters: URLSearchParams): number {
  const value = required(parameters, 'step')
  const step = /^\d*\.?\d+$/.test(value) ? Math.round(Number(value) * 1000) : durationOf(value)
  if (step === undefined) throw badData('invalid parameter "step": cannot parse it to a valid duration')
  return step
}

/** How many may be answered; undefined for all, which 0 says too. */
export function limitParameter(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name)
  if (text === null || text === '') return undefined
  if (!/^\d{1,9}$/.test(text))
    throw badData(`invalid parameter "${name}": it must be a whole number that is not negative`)
  return Number(text) || undefined
}

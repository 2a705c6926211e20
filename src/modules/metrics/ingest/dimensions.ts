import type { Json } from '../../../core/json'
import { isLonger, limits } from './limits'
import type { Dimensions } from './metric'

const keyForm = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Dimensions that are yes or no, whatever words a sender has for it. */
const booleans = new Set(['success', 'healthy'])
const words: Record<string, boolean> = {
  true: true,
  false: false,
  '1': true,
  '0': false,
  yes: true,
  no: false,
}

/** Checks dimensions; `report` is told of each fault under the path of its key. Gives them with booleans as booleans. */
export function readDimensions(
  given: Record<string, unknown>,
  most: number,
  report: (path: string, message: string) => void,
): Dimensions {
  const entries = Object.entries(given)
  if (entries.length > most) report('', `Too many dimensions: ${entries.length}, max ${most}`)
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const fault = faultOf(key, value)
      if (fault) report(`.${key.slice(0, limits.key)}`, fault)
      return [key, normalized(key, value)]
    }),
  )
}

function faultOf(key: string, value: unknown): string | undefined {
  if (isLonger(key, limits.key)) return `Dimension key is longer than ${limits.key} characters`
  if (!keyForm.test(key))
    return 'Dimension key must start with letter/underscore and contain only letters, digits and underscores'
  if (isLonger(textOf(value), limits.dimensionValue))
    return `Dimension value is longer than ${limits.dimensionValue} characters`
  return undefined
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

function normalized(key: string, value: unknown): Json {
  if (!booleans.has(key)) return value as Json
  return words[String(value).trim().toLowerCase()] ?? (value as Json)
}

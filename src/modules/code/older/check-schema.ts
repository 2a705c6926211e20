import type { RE2JS } from 're2js'
import { AppError, invalid } from '../../../core/errors'
import { compileRegex } from '../search/regex/compile'

/** Where a value misses its schema: a JSON pointer and what to change. */
export interface Fault {
  path: string
  message: string
}

const mostFaults = 100
const deepest = 60
/** Steps of one check: a schema and a value of the worst kind multiply. */
const mostSteps = 20_000_000

type Schema = Record<string, unknown>

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Checks a value against the predecessor's part of JSON Schema: string (pattern, minLength, maxLength), number (minimum, maximum), boolean, array
 * (items), object (properties, required). Whatever else a schema says accepts everything. Patterns are RE2. Throws `invalid` for a schema that
 * cannot be read and `too_large` for a check that would take too long.
 */
export function checkSchema(schema: unknown, value: unknown): Fault[] {
  const faults: Fault[] = []
  const compiled = new Map<string, RE2JS>()
  let steps = 0

  function spend(more: number): void {
    steps += more
    if (steps > mostSteps)
      throw new AppError(
        'too_large',
        'The check would take too long: make the schema or the output smaller',
        {
          code: 'check_too_large',
        },
      )
  }
  const fault = (path: string, message: string) =>
    void (faults.length < mostFaults && faults.push({ path, message }))

  function regexOf(pattern: string): RE2JS {
    const known = compiled.get(pattern) ?? compilePattern(pattern)
    compiled.set(pattern, known)
    return known
  }
  function checkString(limits: Schema, text: string, path: string): void {
    const length = [...text].length
    if (typeof limits.minLength === 'number' && length < limits.minLength)
      fault(path, `must have at least ${limits.minLength} characters`)
    if (typeof limits.maxLength === 'number' && length > limits.maxLength)
      fault(path, `must have at most ${limits.maxLength} characters`)
    if (typeof limits.pattern !== 'string') return
    const regex = regexOf(limits.pattern)
    spend(text.length * regex.programSize())
    if (!regex.matcher(text).find()) fault(path, 'must match the pattern')
  }
  function checkNumber({ minimum, maximum }: Schema, number: number, path: string): void {
    if (typeof minimum === 'number' && number < minimum) fault(path, `must be at least ${minimum}`)
    if (typeof maximum === 'number' && number > maximum) fault(path, `must be at most ${maximum}`)
  }
  function checkMembers(
    { properties, required }: Schema,
    members: Schema,
    path: string,
    depth: number,
  ): void {
    for (const name of Array.isArray(required) ? required : []) {
      spend(1)
      if (typeof name === 'string' && !Object.hasOwn(members, name)) fault(pointer(path, name), 'is missing')
    }
    if (!isObject(properties)) return
    for (const [name, inner] of Object.entries(properties)) {
      spend(1)
      if (Object.hasOwn(members, name)) check(inner, members[name], pointer(path, name), depth + 1)
    }
  }
  function check(part: unknown, given: unknown, path: string, depth: number): void {
    spend(1)
    if (depth > deepest) throw invalid('/schema', `must be at most ${deepest} levels deep`)
    if (!isObject(part)) return
    const { type } = part
    if (!fitsType(type, given)) fault(path, `must be ${words[type as string]}`)
    else if (type === 'array')
      (given as unknown[]).forEach((item, at) => void check(part.items, item, `${path}/${at}`, depth + 1))
    else if (type === 'object') checkMembers(part, given as Schema, path, depth)
    else if (type === 'string') checkString(part, given as string, path)
    else if (type === 'number') checkNumber(part, given as number, path)
  }
  check(schema, value, '', 0)
  return faults
}

const words: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
}

/** Types that are not known fit everything. */
function fitsType(type: unknown, given: unknown): boolean {
  if (type === 'array') return Array.isArray(given)
  if (type === 'object') return isObject(given)
  return !Object.hasOwn(words, String(type)) || typeof given === type
}

const pointer = (path: string, name: string) => `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`

const longestPattern = 500
const largestPattern = 2000

function compilePattern(pattern: string): RE2JS {
  const refusal = invalid(
    '/schema',
    'must hold patterns of RE2 syntax only, none longer than 500 characters or too large',
  )
  if (pattern.length > longestPattern) throw refusal
  let regex: RE2JS
  try {
    regex = compileRegex(pattern, true)
  } catch {
    throw refusal
  }
  if (regex.programSize() > largestPattern) throw refusal
  return regex
}

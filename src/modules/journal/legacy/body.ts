import { AppError, invalid } from '../../../core/errors'

/** Deeper JSON is refused before anything walks it. */
const deepest = 100

/** The JSON object of a request's body, whatever its content type says: older clients do not send one. */
export async function readObject(request: Request): Promise<Record<string, unknown>> {
  const value = parse(await request.text())
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('', 'must be a JSON object with an entry')
  }
  if (isDeep(value)) throw invalid('', `must not nest deeper than ${deepest} levels`)
  return value as Record<string, unknown>
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('malformed', 'The body is not valid JSON')
  }
}

function isDeep(value: object): boolean {
  let level: object[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true
    level = level
      .flatMap((item) => Object.values(item))
      .filter((item): item is object => typeof item === 'object' && item !== null)
  }
  return false
}

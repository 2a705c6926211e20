/** Reads JSON as `JSON.parse` does; equal objects under the name are one frozen object, while they are in use. */
export type SharingParser = (text: string) => unknown

/** Where a shared object has room for what is worked out for it, by whoever needs that again with the next of its kind. Other objects have none. */
export const room = Symbol('room')

/** An object that may be a shared one. */
export interface Sharable<T> {
  readonly [room]?: { kept?: T }
}

/** Objects that are remembered; then all are forgotten and gathered anew. */
const mostKept = 50_000
/** Characters of an object that is remembered. */
const longest = 4096

/**
 * A parser for bodies that hold a list, in which the same objects come again and again under one name: `metrics[].dimensions`. Their text is looked
 * up instead of being parsed, so whoever keeps something for each of them finds it by the object itself. What is unusual (an escape, an object in the
 * object, the name elsewhere) is parsed as ever.
 */
export function createSharingParser(list: string, name: string): SharingParser {
  const known = new Map<string, object>()
  const key = `"${name}"`

  const objectOf = (text: string): object => {
    const found = known.get(text)
    if (found) return found
    // A slice would keep the whole body in memory.
    const own = Buffer.from(text).toString()
    const made = Object.freeze(Object.defineProperty(JSON.parse(own), room, { value: {} })) as object
    if (own.length > longest) return made
    if (known.size >= mostKept) known.clear()
    known.set(own, made)
    return made
  }

  /** Undefined for what is unusual. Throws for some of it. */
  const parse = (text: string): unknown => {
    // Without a backslash the key is found wherever it stands, and nowhere else but as a whole string.
    if (text.includes('\\')) return undefined
    const pieces: string[] = []
    const objects: object[] = []
    let from = 0
    for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, from)) {
      const start = startOfObject(text, at + key.length)
      // Without an object inside, the first brace that closes is its own; else its text is no JSON.
      const end = text.indexOf('}', start) + 1
      if (start < 0 || end === 0) return undefined
      pieces.push(text.slice(from, start))
      objects.push(objectOf(text.slice(start, end)))
      from = end
    }
    pieces.push(text.slice(from))
    const body = JSON.parse(pieces.join('null'))
    return putBack(body?.[list], name, objects) ? body : undefined
  }
  return (text) => {
    try {
      const parsed = parse(text)
      if (parsed !== undefined) return parsed
    } catch {
      // The plain parser tells what is wrong, if anything is.
    }
    return JSON.parse(text)
  }
}

/** Where the object begins whose key ends at `at`; -1 when no object follows at once. */
function startOfObject(text: string, at: number): number {
  if (text[at] !== ':') return -1
  if (text[at + 1] === '{') return at + 1
  return text[at + 1] === ' ' && text[at + 2] === '{' ? at + 2 : -1
}

/** Puts the objects in the place of the nulls, in their order; false when not every one has its place in an element of the list. */
function putBack(elements: unknown, name: string, objects: readonly object[]): boolean {
  if (!Array.isArray(elements)) return objects.length === 0
  let next = 0
  for (const element of elements) {
    if (element === null || element[name] === undefined) continue
    element[name] = objects[next++]
  }
  return next === objects.length
}

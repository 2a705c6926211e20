/** What a body that is not in its usual form, be it right or wrong, ends its reading with. */
const unusual = new Error('not in the usual form')

export function giveUp(): never {
  throw unusual
}

/** What `read` gives; undefined where it gives up. */
export function ifUsual<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error === unusual) return undefined
    throw error
  }
}

/** The object that a part of a body says; gives up where it is no JSON. */
export function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text)
  } catch {
    return giveUp()
  }
}

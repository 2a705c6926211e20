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

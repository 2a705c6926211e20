/** Makes a value when it is first asked for, and keeps it. A promise that fails is kept too. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** `work`, done once for each input: the `check` of an operation and its `run` ask for the same. */
export function perInput<I extends object, R>(work: (input: I) => R): (input: I) => R {
  const done = new WeakMap<I, { result: R }>()
  return (input) => {
    let made = done.get(input)
    if (!made) {
      made = { result: work(input) }
      done.set(input, made)
    }
    return made.result
  }
}

/** `make`, done once for each key; for few keys, that never end. */
export function perKey<K, R>(make: (key: K) => R): (key: K) => R {
  const made = new Map<K, R>()
  return (key) => {
    let found = made.get(key)
    if (found === undefined) {
      found = make(key)
      made.set(key, found)
    }
    return found
  }
}

/** The same for pairs. */
export function perPair<K, L, R>(make: (key: K, other: L) => R): (key: K, other: L) => R {
  const rows = perKey((key: K) => perKey((other: L) => make(key, other)))
  return (key, other) => rows(key)(other)
}

/**
 * Validators made from Kubernetes' schemas pass over keys that they do not know, which the API server drops without a word. They read
 * every key that they do know: what was never read is a mistake.
 */
export function unreadKeys(value: object, validate: (tracked: object) => void): string[] {
  const read = new Set<string>()
  validate(track(value, '', read))
  return keysOf(value, '').filter((path) => !read.has(path))
}

function track<T extends object>(value: T, path: string, read: Set<string>): T {
  return new Proxy(value, {
    get(target, key) {
      const inner: unknown = Reflect.get(target, key)
      const at = `${path}/${String(key)}`
      read.add(at)
      return Object(inner) === inner && typeof inner !== 'function' ? track(inner as object, at, read) : inner
    },
  })
}

function keysOf(value: unknown, path: string): string[] {
  if (Object(value) !== value) return []
  return Object.entries(value as object).flatMap(([key, inner]) => [
    `${path}/${key}`,
    ...keysOf(inner, `${path}/${key}`),
  ])
}

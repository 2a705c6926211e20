// The key is kept for as long as the tab lives, in the tab alone: no browser sends it by itself, so no other site can use it.
const place = 'holdfast.metrics.key'

export const key = {
  get: () => sessionStorage.getItem(place),
  set: (text) => sessionStorage.setItem(place, text),
  forget: () => sessionStorage.removeItem(place),
}

/** A refusal or a failure, in words for the reader. `signOut`: another key is needed. */
export class Failure extends Error {
  constructor(message, signOut = false) {
    super(message)
    this.signOut = signOut
  }
}

/** What the page shows, for a choice of range, type and service. Throws Failure. */
export async function load({ range, type, service }, signal) {
  const query = new URLSearchParams({ range, ...(type && { type }), ...(service && { service }) })
  const response = await ask(`/dashboard/metrics/data?${query}`, signal)
  if (response.ok) return response.json()
  throw await failureOf(response)
}

async function ask(path, signal) {
  try {
    return await fetch(path, { headers: { Authorization: `Bearer ${key.get()}` }, cache: 'no-store', signal })
  } catch (error) {
    if (error.name === 'AbortError') throw error
    throw new Failure('The server cannot be reached.')
  }
}

async function failureOf(response) {
  if (response.status === 401) return new Failure('This key is not known here, or is no longer valid.', true)
  if (response.status === 403)
    return new Failure('This key may not look at metrics: it needs the scope admin or metrics:admin.', true)
  const problem = await response.json().catch(() => ({}))
  return new Failure(problem.detail ?? `The server answered ${response.status}.`)
}

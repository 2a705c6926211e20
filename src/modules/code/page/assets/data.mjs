const name = 'holdfast-key'

/** The key, in this tab alone. */
export const key = {
  get: () => sessionStorage.getItem(name),
  set: (text) => sessionStorage.setItem(name, text),
  forget: () => sessionStorage.removeItem(name),
}

/** What went wrong, in words for people. `signOut`: the key does not help. */
export class Failure extends Error {
  constructor(message, signOut = false) {
    super(message)
    this.signOut = signOut
  }
}

/** Calls an operation; what is asked goes in the body, never into the URL. */
export async function post(path, body, signal) {
  return answerOf(await request(path, { method: 'POST', body: JSON.stringify(body), signal }))
}

export async function remove(path) {
  return answerOf(await request(path, { method: 'DELETE' }))
}

export async function get(path, signal) {
  return answerOf(await request(path, { signal }))
}

async function request(path, init) {
  const headers = { authorization: `Bearer ${key.get()}`, accept: 'application/json' }
  if (init.body) headers['content-type'] = 'application/json'
  try {
    return await fetch(`/api/v1/code${path}`, { ...init, headers, cache: 'no-store' })
  } catch (error) {
    if (error.name === 'AbortError') throw error
    throw new Failure('The server does not answer.')
  }
}

async function answerOf(response) {
  const body = await response.json().catch(() => ({}))
  if (response.ok) return body
  if (response.status === 401) throw new Failure('This key is not known here.', true)
  throw new Failure(body.detail ?? `The server answered ${response.status}.`)
}

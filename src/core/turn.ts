/** Milliseconds without a request after which what came before them tells nothing. */
const quietMs = 10

/** Requests in a turn of the event loop, as a mean in which each turn counts for three quarters of the one after it. */
let usual = 0
let arrived = 0
let last = Number.NEGATIVE_INFINITY

/** Counts a request that comes in this turn of the event loop; `at` is on the clock of `performance.now`. */
export function noteArrival(at: number): void {
  if (++arrived > 1) return
  if (at - last > quietMs) usual = 0
  last = at
  setImmediate(count)
}

function count(): void {
  usual += (arrived - usual) / 4
  arrived = 0
}

let end: Promise<null> | undefined
const now = Promise.resolve(null)

/**
 * Where more than so many requests usually come in one turn of the event loop, the end of the turn, one promise for all: what each of them needs is then
 * done once for all that came together. Undefined where each had better go on at once: nobody is to wait for others that do not come, and Bun closes a
 * connection on which a request stands behind one that was not answered in the turn that brought both.
 */
export function turnEnd(requests: number): Promise<null> | undefined {
  if (usual > requests) end ??= new Promise((resolve) => setImmediate(letGo, resolve))
  return end
}

/** For all that those who waited do next, the end is now. */
function letGo(resolve: (value: null) => void): void {
  end = now
  resolve(null)
  queueMicrotask(() => {
    end = undefined
  })
}

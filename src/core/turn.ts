/** Milliseconds without a request after which it is quiet. */
const quietMs = 10

let arrived = 0
let last = Number.NEGATIVE_INFINITY
let quiet = true

/** Notes a request that comes in this turn of the event loop; true for the first of it. `at` is on the clock of `performance.now`. */
export function noteArrival(at: number): boolean {
  if (++arrived > 1) return false
  quiet = at - last > quietMs
  last = at
  setImmediate(startOver)
  return true
}

function startOver(): void {
  arrived = 0
}

let end: Promise<null> | undefined

/**
 * The end of the event loop's turn, one promise for all: what came together is then counted and read together, which takes half of the processor time of
 * a call. Undefined where requests come to a quiet server and had better go on at once: there is hardly anybody to wait for, and Bun closes a connection
 * on which a request stands behind one that was not answered in the turn that brought both.
 */
export function turnEnd(): Promise<null> | undefined {
  if (!quiet) end ??= new Promise((resolve) => setImmediate(letGo, resolve))
  return end
}

function letGo(resolve: (value: null) => void): void {
  end = undefined
  resolve(null)
}

/** Milliseconds without a request after which it is quiet. */
const quietMs = 10

let arrived = 0
let began = Number.NEGATIVE_INFINITY
/** When a turn of several requests had its newest answer. */
let answered = Number.NEGATIVE_INFINITY
let crowded = false
let quiet = true

/** Notes a request that comes in this turn of the event loop; true for the first of it. */
export function noteArrival(): boolean {
  if (++arrived > 1) return false
  const now = performance.now()
  quiet = now - began > quietMs && now - answered > quietMs
  began = now
  setImmediate(startOver)
  return true
}

/** When the newest turn with requests began, on the clock of `performance.now`: all that come in it lay there then. */
export const turnBegan = (): number => began

/** The same for what comes in this turn, with requests or without. */
export const timeOfTurn = (): number => (arrived > 0 ? began : performance.now())

/** Notes an answer at this time of `performance.now`: where many come together, turns may take longer than what is quiet. */
export function noteAnswer(at: number): void {
  if (crowded) answered = at
}

function startOver(): void {
  crowded = arrived > 1
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

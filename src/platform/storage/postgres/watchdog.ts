import { AppError } from '../../../core/errors'
import type { Pool } from './pool'
import type { Probe } from './probe'

/** Notices a server that has gone silent without hanging up: a frozen machine, a network that swallows packets. */
export interface Watchdog {
  /** Throws `unavailable` at once while the server is known to be silent. */
  admit(): void
  stop(): void
}

interface Watched {
  pool: Pick<Pool, 'longestWait' | 'dropSilent'>
  probe: Pick<Probe, 'ping'>
}

/** Milliseconds that a statement waits before the server is asked whether it is there at all. */
const suspicious = 2500
const lookEvery = 500

/**
 * Looks at the pool twice a second. A statement that waits long makes it ask the server on a connection of its own: one that answers is
 * only slow. One that does not loses its connections (the probe sees to that), and new requests are refused at once until it answers.
 */
export function createWatchdog({ pool, probe }: Watched): Watchdog {
  let [isSilent, asking] = [false, false]

  async function ask(): Promise<void> {
    asking = true
    let unanswered = 0
    do {
      const answer = await probe.ping().then(
        () => 'answered',
        (error: AppError) => (error.cause === undefined ? 'silent' : 'refused'),
      )
      unanswered = answer === 'silent' ? unanswered + 1 : 0
      isSilent = isSilent ? answer !== 'answered' : unanswered > 1
      if (isSilent) await Bun.sleep(lookEvery)
    } while (!stopped && (isSilent || unanswered === 1))
    asking = false
  }
  let stopped = false
  let looked = performance.now()
  const timer = setInterval(() => {
    const paused = performance.now() - looked > 2 * lookEvery
    looked = performance.now()
    // Nothing was read while this process had no turn: what seems to wait may have been answered.
    if (paused) return
    pool.dropSilent()
    if (!asking && pool.longestWait() > suspicious) void ask()
  }, lookEvery)
  timer.unref()
  return {
    admit() {
      if (isSilent) throw silent()
    },
    stop() {
      stopped = true
      clearInterval(timer)
    },
  }
}

const silent = () =>
  new AppError('unavailable', 'Postgres does not answer: try again', {
    code: 'database_unavailable',
    retryAfter: 1,
  })

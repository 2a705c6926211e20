import { AppError } from '../../core/errors'
import type { Component } from '../../core/module'

export type Checks = Record<string, () => Promise<Component>>

/** Keeps an eye on components: their last states, never older than a few seconds, never waited for longer than two. */
export interface Watch {
  states(): Promise<Record<string, Component>>
  close(): void
}

/** Between two rounds in the background. */
const everyMs = 2000
/** States older than this are looked at anew before they are told. */
const staleMs = 2500
/** A component that takes longer does not answer. */
const patienceMs = 1200

/** Looks at every component now and about every two seconds; a look that hangs is not started a second time. */
export function createWatch(checks: Checks): Watch {
  const looks = Object.entries(checks).map(([name, check]) => ({ name, look: createLook(check) }))
  let states: Record<string, Component> = {}
  let lookedAt = Number.NEGATIVE_INFINITY
  let round: Promise<void> | undefined

  const lookAll = () => {
    round ??= Promise.all(looks.map(async ({ name, look }) => [name, await look()] as const)).then(
      (found) => {
        states = Object.fromEntries(found)
        lookedAt = performance.now()
        round = undefined
      },
    )
    return round
  }

  const timer = setInterval(lookAll, everyMs)
  timer.unref()
  return {
    async states() {
      if (performance.now() - lookedAt > staleMs) await lookAll()
      return states
    },
    close: () => clearInterval(timer),
  }
}

const silent: Component = {
  status: 'unhealthy',
  detail: `does not answer within ${patienceMs / 1000} s`,
}

/** One component's look, which always ends in time. */
function createLook(check: () => Promise<Component>): () => Promise<Component> {
  let pending: Promise<Component> | undefined
  return async () => {
    pending ??= settle(check).finally(() => {
      pending = undefined
    })
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<Component>((resolve) => {
      timer = setTimeout(resolve, patienceMs, silent)
    })
    const state = await Promise.race([pending, late])
    clearTimeout(timer)
    return state
  }
}

/** What an error says may hold addresses and credentials; only messages meant for callers are shown. */
async function settle(check: () => Promise<Component>): Promise<Component> {
  try {
    return await check()
  } catch (error) {
    return { status: 'unhealthy', detail: error instanceof AppError ? error.message : 'does not answer' }
  }
}

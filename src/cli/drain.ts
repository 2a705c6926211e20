import type { App } from '../app'
import type { Listener } from './listen'

/**
 * One Ctrl-C arrives several times where wrappers (`npx`, `bun run`) pass on what the terminal has sent to everyone already. Milliseconds
 * within which that is one signal.
 */
const sameKeyPress = () => (process.stdin.isTTY ? 500 : 0)

/** Resolves with the name of the first SIGTERM or SIGINT; the second one ends the process at once. */
export function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    let first: number | undefined
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (first !== undefined && performance.now() - first >= sameKeyPress()) process.exit(1)
        first ??= performance.now()
        resolve(signal)
      })
    }
  })
}

/**
 * Readiness falls; after SHUTDOWN_DELAY_SECONDS, in which proxies look elsewhere, no new connections; requests in flight get until shortly before
 * the deadline; then `finish`, and everything is closed. Resolves within SHUTDOWN_TIMEOUT_SECONDS whatever happens. One log line tells what each
 * step took.
 */
export async function drain(app: App, listeners: Listener[], finish: () => Promise<void>): Promise<void> {
  const { SHUTDOWN_TIMEOUT_SECONDS, SHUTDOWN_DELAY_SECONDS } = app.config
  const deadline = SHUTDOWN_TIMEOUT_SECONDS * 1000
  const forClosing = Math.min(1000, deadline / 4)
  const late = Bun.sleep(deadline)
  const steps = createSteps()
  app.drain()
  await steps.time('unready', Bun.sleep(Math.min(SHUTDOWN_DELAY_SECONDS * 1000, deadline - forClosing)))
  const idle = Promise.all(listeners.map((listener) => listener.stop()))
  await steps.time('requests', Promise.race([idle, Bun.sleep(deadline - forClosing - steps.total())]))
  for (const listener of listeners) listener.abort()
  await steps.time('flush', Promise.race([finish(), late]))
  await steps.time('close', Promise.race([app.close(), late]))
  app.telemetry.log('serve').info('stopped', steps.taken())
  await Promise.race([app.telemetry.flush(), late])
}

/** Milliseconds that each step took, as fields of a log line. */
function createSteps() {
  const began = performance.now()
  const fields: Record<string, number> = {}
  const total = () => performance.now() - began
  return {
    total,
    async time(name: string, work: Promise<unknown>): Promise<void> {
      const from = performance.now()
      try {
        await work
      } finally {
        fields[`${name}_ms`] = Math.round(performance.now() - from)
      }
    },
    taken: () => ({ ...fields, total_ms: Math.round(total()) }),
  }
}

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
 * Readiness falls, no new connections, requests in flight get until shortly before the deadline, then `finish` and everything is closed. Resolves within
 * SHUTDOWN_TIMEOUT_SECONDS whatever happens.
 */
export async function drain(app: App, listeners: Listener[], finish: () => Promise<void>): Promise<void> {
  const deadline = app.config.SHUTDOWN_TIMEOUT_SECONDS * 1000
  const forClosing = Math.min(1000, deadline / 4)
  const late = Bun.sleep(deadline)
  app.drain()
  await Promise.race([
    Promise.all(listeners.map((listener) => listener.stop())),
    Bun.sleep(deadline - forClosing),
  ])
  for (const listener of listeners) listener.abort()
  await Promise.race([finish().then(() => app.close()), late])
}

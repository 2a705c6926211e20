/** Milliseconds before the next try: from about 200, doubling, up to about 5,000; never the same for two bridges. */
export const backoff = (tries: number) => Math.min(5000, 200 * 2 ** tries) * (0.75 + Math.random() / 2)

/** Waits; throws the signal's reason as soon as it is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })
}

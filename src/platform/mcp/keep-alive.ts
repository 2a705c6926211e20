/** Keeps quiet event streams open through proxies: one timer for all of them. */
export interface KeepAlive {
  /** The same stream with a comment now and then; `ended` is told once, however the stream ends. */
  tend(body: ReadableStream<Uint8Array>, ended: () => void): ReadableStream<Uint8Array>
  close(): void
}

type Controller = ReadableStreamDefaultController<Uint8Array>

const comment = new TextEncoder().encode(': keep-alive\n\n')

export function createKeepAlive(everyMs = 15_000): KeepAlive {
  const open = new Set<Controller>()
  let timer: ReturnType<typeof setInterval> | undefined

  const tick = () => {
    for (const controller of open) if ((controller.desiredSize ?? 0) > 0) controller.enqueue(comment)
  }
  const add = (controller: Controller) => {
    open.add(controller)
    timer ??= setInterval(tick, everyMs).unref()
  }
  const remove = (controller: Controller | undefined) => {
    if (controller) open.delete(controller)
    if (open.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
  return {
    tend: (body, ended) =>
      relay(body, add, (controller) => {
        remove(controller)
        ended()
      }),
    close: () => clearInterval(timer),
  }
}

function relay(
  body: ReadableStream<Uint8Array>,
  opened: (controller: Controller) => void,
  ended: (controller: Controller | undefined) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  let current: Controller | undefined
  let over = false
  const end = () => {
    if (!over) ended(current)
    over = true
  }
  return new ReadableStream<Uint8Array>({
    start(controller) {
      current = controller
      opened(controller)
      // The server sends no headers before the first byte, and a client waits for them.
      controller.enqueue(comment)
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
        end()
        controller.close()
      } catch (error) {
        end()
        throw error
      }
    },
    cancel(reason) {
      end()
      return reader.cancel(reason)
    },
  })
}

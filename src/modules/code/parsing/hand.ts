import type { Batch, BatchResult } from './batch'
import type { ParsedFile } from './facts'
import type { SourceText } from './source-text'

/** One worker. */
export interface Hand {
  readonly busy: boolean
  /** Bytes that its parser has taken by now. */
  readonly memory: number
  readonly lost: boolean
  /** Null when the worker crashed, was closed, or took longer than the limit: then it is lost. */
  parse(texts: SourceText[]): Promise<ParsedFile[] | null>
  close(): void
}

/** Starts a worker; `limit` is milliseconds a batch. A worker without work does not keep the process alive. */
export function openHand(script: string | URL, limit: number): Hand {
  const worker = new Worker(script, { smol: true })
  let [memory, lost] = [0, false]
  let answer: ((results: ParsedFile[] | null) => void) | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function settle(results: ParsedFile[] | null): void {
    clearTimeout(timer)
    const resolve = answer
    answer = undefined
    if (!lost) worker.unref?.()
    resolve?.(results)
  }

  function close(): void {
    if (lost) return
    lost = true
    worker.terminate()
    settle(null)
  }

  worker.onmessage = ({ data }: MessageEvent<BatchResult>) => {
    memory = data.memory
    settle(data.results)
  }
  worker.onerror = (event) => {
    event.preventDefault?.()
    close()
  }
  worker.addEventListener('close', close)
  worker.unref?.()

  return {
    get busy() {
      return answer !== undefined
    },
    get memory() {
      return memory
    },
    get lost() {
      return lost
    },
    parse(texts) {
      timer = setTimeout(close, limit)
      worker.ref?.()
      return new Promise((resolve) => {
        answer = resolve
        worker.postMessage({ texts } satisfies Batch)
      })
    },
    close,
  }
}

import { availableParallelism } from 'node:os'
import { type ParsedFile, unparsed } from './facts'
import { type Hand, openHand } from './hand'
import type { SourceText } from './source-text'

export interface Pool {
  /** One result for each text, in order. Throws only when the signal does, or the pool is closed. */
  parse(texts: SourceText[], signal: AbortSignal): Promise<ParsedFile[]>
  /** Ends workers without work; the next text starts one. */
  rest(): void
  close(): Promise<void>
}

export interface PoolOptions {
  /** Workers at once. Default: one less than the processors, at most 2: the thread that stores takes no more, and each has some 150 MB. */
  size?: number
  /** Milliseconds for a batch before its worker is ended; on a busy machine most of them are waiting. Default 60,000. */
  batchLimit?: number
  /** A text alone ended its worker, or took too long. */
  onLost?(language: string): void
  /** The worker's own program. */
  script?: string | URL
}

/** Bytes of tree-sitter's memory beyond which a worker is replaced: they are not given back. Files of half a megabyte take 70 MB. */
const mostMemory = 96 * 1024 ** 2
const idleMilliseconds = 30_000

/** Where the worker lies: beside this file, or in the binary, whose paths begin where its entry points have their common folder. */
const ownScript = (): string | URL =>
  /[\\/](\$bunfs|~BUN)[\\/]/.test(Bun.main)
    ? `${Bun.main.slice(0, Bun.main.search(/root[\\/]/) + 5)}modules/code/parsing/worker.js`
    : new URL('./worker.ts', import.meta.url)

/** Parses batches in workers. One that crashes or hangs is replaced; its batch is tried again text by text, so only the culprit is lost. */
export function createPool(options: PoolOptions = {}): Pool {
  const hands = createHands(options)
  async function parse(texts: SourceText[], signal: AbortSignal): Promise<ParsedFile[]> {
    signal.throwIfAborted()
    const results = await hands.run(texts)
    if (results) return results
    if (texts.length === 1) {
      options.onLost?.(texts[0]!.language)
      return [unparsed]
    }
    const singly: ParsedFile[] = []
    for (const text of texts) singly.push(...(await parse([text], signal)))
    return singly
  }
  return { parse, rest: hands.dismissIdle, close: async () => hands.close() }
}

interface Waiting {
  texts: SourceText[]
  resolve(results: ParsedFile[] | null): void
  reject(error: Error): void
}

function createHands(options: PoolOptions) {
  const size = options.size ?? Math.max(1, Math.min(2, availableParallelism() - 1))
  const hands = new Set<Hand>()
  const queue: Waiting[] = []
  let closed = false
  let idle: ReturnType<typeof setTimeout> | undefined

  function free(): Hand | undefined {
    const known = [...hands].find(({ busy }) => !busy)
    if (known || hands.size >= size) return known
    const hand = openHand(options.script ?? ownScript(), options.batchLimit ?? 60_000)
    hands.add(hand)
    return hand
  }

  function next(): void {
    clearTimeout(idle)
    for (let hand = free(); hand && queue.length > 0; hand = free()) give(hand, queue.shift()!)
    idle = setTimeout(dismissIdle, idleMilliseconds)
    idle.unref?.()
  }

  async function give(hand: Hand, { texts, resolve }: Waiting): Promise<void> {
    const results = await hand.parse(texts)
    if (hand.memory > mostMemory) hand.close()
    if (hand.lost) hands.delete(hand)
    resolve(results)
    if (!closed && queue.length > 0) next()
  }

  function dismissIdle(): void {
    for (const hand of hands) {
      if (hand.busy) continue
      hands.delete(hand)
      hand.close()
    }
  }

  return {
    dismissIdle,
    run(texts: SourceText[]): Promise<ParsedFile[] | null> {
      if (closed) return Promise.reject(new Error('The parsers are closed'))
      return new Promise((resolve, reject) => {
        queue.push({ texts, resolve, reject })
        next()
      })
    },
    close(): void {
      closed = true
      clearTimeout(idle)
      for (const { reject } of queue.splice(0)) reject(new Error('The parsers are closed'))
      for (const hand of hands) hand.close()
      hands.clear()
    },
  }
}

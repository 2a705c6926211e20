/** Batches of revision 2025-03-26: the answers to one go out together, on one line. */
export interface LineBatches {
  /** Waits for the answers to these requests; `answers` are there already, those to what could not be read. */
  open(ids: unknown[], answers: unknown[]): void
  /** Takes the answer to a request of a batch; false when it is of none. Without an answer the request was cancelled. */
  settle(id: unknown, answer?: unknown): boolean
}

interface Batch {
  waiting: Set<unknown>
  answers: unknown[]
}

export function createLineBatches(write: (answers: unknown[]) => unknown): LineBatches {
  const batches = new Map<unknown, Batch>()
  const close = ({ waiting, answers }: Batch) => {
    if (waiting.size === 0 && answers.length > 0) write(answers)
  }
  return {
    open(ids, answers) {
      const batch = { waiting: new Set(ids), answers }
      for (const id of ids) batches.set(id, batch)
      close(batch)
    },
    settle(id, answer) {
      const batch = batches.get(id)
      if (!batch) return false
      batches.delete(id)
      batch.waiting.delete(id)
      if (answer !== undefined) batch.answers.push(answer)
      close(batch)
      return true
    },
  }
}

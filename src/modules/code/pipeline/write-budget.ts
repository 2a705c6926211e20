import type { ThreadHost } from '../../../core/thread-program'

/** Decides how much one transaction stores. */
export interface WriteBudget {
  /** Where the transaction that begins with text `from` ends. */
  endOf(texts: readonly { text: string }[], from: number): number
  /** Told how many milliseconds a transaction took, its commit included: the search index writes most of itself then. */
  learn(took: number): void
}

const mostTexts = 32
/** Bounds of a transaction's text, in UTF-16 units. */
const [least, most] = [16 * 1024, 256 * 1024]

/** On SQLite, where others wait for the transaction to end, it stays short whatever the machine and its load. */
export function createWriteBudget({
  dialect,
  writeTime,
}: Pick<ThreadHost<unknown>, 'dialect' | 'writeTime'>): WriteBudget {
  let length = dialect === 'sqlite' ? 64 * 1024 : most
  return {
    endOf(texts, from) {
      let [to, taken] = [from, 0]
      while (to < texts.length && to - from < mostTexts) {
        taken += texts[to]!.text.length
        if (to > from && taken > length) break
        to++
      }
      return to
    },
    learn(took) {
      if (dialect === 'postgres') return
      const allowed = writeTime()
      if (took > allowed) length = Math.max(least, length / 2)
      else if (took < allowed / 2.5) length = Math.min(most, length * 2)
    },
  }
}

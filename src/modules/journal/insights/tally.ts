/** Something counted, with how often. */
export interface Count {
  word: string
  count: number
}

/** Counts things and gives the most frequent, alphabetical among equals. */
export class Tally {
  readonly #counts = new Map<string, number>()

  add(word: string): void {
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1)
  }

  top(most: number): Count[] {
    const counts = [...this.#counts].map(([word, count]) => ({ word, count }))
    return counts.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1)).slice(0, most)
  }
}

/** Gives series numbers, within one segment of the log. */
export interface SeriesNumbers {
  /** A number for each text. `added` are those that had none; `begins` says that all numbers given before are forgotten first. */
  of(texts: readonly string[]): { ids: number[]; added: string[]; begins: boolean }
  /** What `of` said last was not written: all numbers are forgotten. */
  forget(): void
}

/** The other side: what the numbers of one segment stand for. */
export interface SeriesTexts {
  /** In the order in which they were added; `begins` forgets those before. */
  add(texts: readonly string[], begins: boolean): void
  at(id: number): string | undefined
}

/** Series of a segment that go by their number; then numbers begin anew. */
const mostKept = 50_000

export function createSeriesNumbers(): SeriesNumbers {
  const known = new Map<string, number>()
  let forgotten = false
  return {
    of(texts) {
      const begins = forgotten || known.size + texts.length > mostKept
      if (begins) known.clear()
      forgotten = false
      const added: string[] = []
      const ids = texts.map((text) => {
        let id = known.get(text)
        if (id === undefined) {
          id = known.size
          known.set(text, id)
          added.push(text)
        }
        return id
      })
      return { ids, added, begins }
    },
    forget() {
      forgotten = true
    },
  }
}

export function createSeriesTexts(): SeriesTexts {
  let known: string[] = []
  return {
    add(texts, begins) {
      if (begins) known = []
      // A slice would keep the text of its whole record in memory.
      for (const text of texts) known.push(Buffer.from(text).toString())
    },
    at: (id) => known[id],
  }
}

/** The text of a number. Throws for one that was never given: the segment was not read from its start. */
export function defined(texts: SeriesTexts, id: number): string {
  const text = texts.at(id)
  if (text === undefined)
    throw new Error(`a record of the log names series ${id}, which no record before it has`)
  return text
}

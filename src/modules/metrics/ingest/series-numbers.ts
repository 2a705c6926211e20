/** A series with what its numbers are known by; there may be several of one text. */
export interface Numbered {
  readonly text: string
  /** In the numbering that it was met in last. */
  number: number
  numbering: number
}

/** Gives series numbers, within one segment of the log. */
export interface SeriesNumbers {
  /** The number of each. `added` are texts that had none, with numbers from `first` on; where that is 0 all numbers given before are forgotten. */
  of(series: readonly Numbered[]): { ids: Int32Array; added: string[]; first: number }
  /** What `of` said last was not written: all numbers are forgotten. */
  forget(): void
}

/** The other side: what the numbers of one segment stand for. */
export interface SeriesTexts {
  /** With numbers from `first` on; 0 forgets those before. */
  add(texts: readonly string[], first: number): void
  /** The texts of all numbers, these among them; another array once numbers mean other texts. One that is not known is told as what is no JSON: no table takes a row of it. */
  of(ids: Int32Array): readonly string[]
}

/** Series of a segment that go by their number; then numbers begin anew. */
const mostKept = 50_000

let numberings = 0

export function createSeriesNumbers(): SeriesNumbers {
  const known = new Map<string, number>()
  let numbering = ++numberings
  let forgotten = false
  const find = (series: Numbered, added: string[]) => {
    let number = known.get(series.text)
    if (number === undefined) {
      number = known.size
      known.set(series.text, number)
      added.push(series.text)
    }
    series.number = number
    series.numbering = numbering
    return number
  }
  return {
    of(series) {
      if (forgotten || known.size + series.length > mostKept) {
        known.clear()
        numbering = ++numberings
      }
      forgotten = false
      const first = known.size
      const added: string[] = []
      const ids = new Int32Array(series.length)
      for (let at = 0; at < series.length; at++) {
        const one = series[at]!
        ids[at] = one.numbering === numbering ? one.number : find(one, added)
      }
      return { ids, added, first }
    },
    forget() {
      forgotten = true
    },
  }
}

export function createSeriesTexts(): SeriesTexts {
  let known: string[] = []
  return {
    add(texts, first) {
      if (texts.length === 0) return
      if (first === 0) known = []
      for (const [at, text] of texts.entries()) known[first + at] = text
    },
    of(ids) {
      // For each metric of the log: a loop over the array itself takes three times as long.
      for (let at = 0; at < ids.length; at++) {
        const id = ids[at]!
        if (known[id] === undefined) known[id] = `damaged: the record of the log that names series ${id}`
      }
      return known
    },
  }
}

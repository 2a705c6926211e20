import { createHash } from 'node:crypto'

/** How many rows, and what they are. */
export interface Tally {
  rows: number
  /** Hex: the sum of all rows' SHA-256, so that it does not matter in which order a database gives them. */
  sha256: string
}

/** Adds up encoded rows. */
export function createTally() {
  let rows = 0
  let sum = 0n
  return {
    add(text: string) {
      rows++
      sum += BigInt(`0x${createHash('sha256').update(text).digest('hex')}`)
    },
    result: (): Tally => ({ rows, sha256: (sum % 2n ** 256n).toString(16).padStart(64, '0') }),
  }
}

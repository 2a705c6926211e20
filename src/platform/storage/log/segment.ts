import { readdirSync } from 'node:fs'

const form = /^(\d{10})\.log$/

/** File name of a segment; names sort like numbers. */
export const segmentName = (number: number): string => `${String(number).padStart(10, '0')}.log`

/** Numbers of the segments in `folder`, in order; none where there is no such folder. */
export function segmentsIn(folder: string): number[] {
  try {
    return readdirSync(folder)
      .map((name) => Number(form.exec(name)?.[1]))
      .filter(Boolean)
      .sort((a, b) => a - b)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Bytes before each record: its length and its CRC-32, both 32 bits, least significant byte first. */
export const headSize = 8

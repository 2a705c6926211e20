/** What a call has done so far, in rows that were read or as much work as a row is. */
export interface Effort {
  /** A new call begins. */
  begin(): void
  /** Throws TooLong when the call has done more than it may in this thread. */
  spend(rows: number): void
  /** Throws TooLong when so much more would be too much. */
  expect(rows: number): void
}

/** The call is too long for the thread that took it; nothing was answered. */
export class TooLong extends Error {
  override name = 'TooLong'
}

/** Lets each call do so much; anything where `most` is undefined. */
export function createEffort(most = Number.POSITIVE_INFINITY): Effort {
  let done = 0
  const expect = (rows: number) => {
    if (done + rows > most) throw new TooLong('the call is too long for this thread')
  }
  return {
    begin() {
      done = 0
    },
    spend(rows) {
      done += rows
      expect(0)
    },
    expect,
  }
}

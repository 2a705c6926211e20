import { rest, type Session } from './session'

/** The sessions that hold a server, the longest unused first. */
export interface Lively {
  /** Marks a session as used now; beyond the bound the longest unused one that owes nothing is freed. */
  add(session: Session): void
  readonly size: number
}

/** Sessions that are looked at for one that can be freed. */
const mostTries = 8

export function createLively(most: number): Lively {
  const lively = new Set<Session>()

  async function makeRoom(): Promise<void> {
    for (let tries = 0; tries < mostTries && lively.size > most; tries++) {
      const [oldest] = lively
      lively.delete(oldest!)
      if (!(await rest(oldest!))) lively.add(oldest!)
    }
  }
  return {
    add(session) {
      lively.delete(session)
      lively.add(session)
      if (lively.size > most) makeRoom().catch(() => {})
    },
    get size() {
      return lively.size
    },
  }
}

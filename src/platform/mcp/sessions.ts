import { type Introduction, isBusy, release, rest, type Session } from './session'

export interface SessionLimits {
  /** Sessions at once; 0 opens none. */
  most: number
  idleMs: number
  now(): number
}

/** The sessions of this process. One timer looks after all of them. */
export interface Sessions {
  /** Undefined when there is no room: the client goes on without a session. */
  open(owner: string, introduction: Introduction): Session | undefined
  /** The principal's session of that id, marked as used; a stranger's is as unknown. */
  find(id: string, owner: string): Session | undefined
  end(session: Session): Promise<void>
  /** Ends what was idle for too long. */
  sweep(): void
  readonly size: number
  each(visit: (session: Session) => void): void
  close(): Promise<void>
}

/** Bytes of what a client may say of itself and still get a session. */
const longestIntroduction = 4096
const sweepMs = 60_000
/** Idle time after which a session's server is freed; the session stays. */
const restMs = 5 * 60_000

export function createSessions({ most, idleMs, now }: SessionLimits): Sessions {
  const shelf = createShelf(now)
  const mostOfOne = Math.ceil(most / 4)
  let timer: ReturnType<typeof setInterval> | undefined

  async function end(session: Session): Promise<void> {
    session.ended = true
    shelf.remove(session)
    for (const controller of session.inFlight.values()) controller?.abort()
    await release(session)
  }

  /** Ends the longest idle one; false when all are in use. Those in use move behind the others as they are met. */
  function makeRoom(among: Map<string, Session>): boolean {
    let left = among.size
    for (const session of among.values()) {
      if (left-- === 0) return false
      if (!isBusy(session)) {
        void end(session)
        return true
      }
      shelf.touch(session)
    }
    return false
  }

  function sweep(): void {
    for (const session of [...shelf.all.values()]) {
      const idle = now() - session.lastUsed
      if (isBusy(session)) shelf.touch(session)
      else if (idle >= idleMs) void end(session)
      else if (idle >= restMs) void rest(session)
    }
  }

  return {
    open(owner, introduction) {
      const mine = shelf.of(owner)
      if (most === 0 || JSON.stringify(introduction).length > longestIntroduction) return undefined
      if (mine && mine.size >= mostOfOne && !makeRoom(mine)) return undefined
      if (shelf.all.size >= most && !makeRoom(shelf.all)) return undefined
      timer ??= setInterval(sweep, Math.min(sweepMs, idleMs)).unref()
      const session = begin(owner, introduction, now())
      shelf.add(session)
      return session
    },
    find(id, owner) {
      const session = shelf.all.get(id)
      if (!session || session.owner !== owner) return undefined
      shelf.touch(session)
      return session
    },
    end,
    sweep,
    get size() {
      return shelf.all.size
    },
    each(visit) {
      for (const session of shelf.all.values()) visit(session)
    },
    async close() {
      clearInterval(timer)
      await Promise.all([...shelf.all.values()].map(end))
    },
  }
}

/** Sessions in the order of their last use, the longest idle first: all of them, and each owner's. */
function createShelf(now: () => number) {
  const all = new Map<string, Session>()
  const owned = new Map<string, Map<string, Session>>()

  function add(session: Session): void {
    all.set(session.id, session)
    const mine = owned.get(session.owner) ?? new Map<string, Session>()
    owned.set(session.owner, mine.set(session.id, session))
  }

  /** Keeps an owner's map while it is touched: it may be walked just now. */
  function touch(session: Session): void {
    session.lastUsed = now()
    all.delete(session.id)
    owned.get(session.owner)?.delete(session.id)
    if (!session.ended) add(session)
  }

  function remove({ id, owner }: Session): void {
    all.delete(id)
    const mine = owned.get(owner)
    mine?.delete(id)
    if (mine?.size === 0) owned.delete(owner)
  }

  return { all, of: (owner: string) => owned.get(owner), add, touch, remove }
}

const begin = (owner: string, introduction: Introduction, lastUsed: number): Session => ({
  id: crypto.randomUUID(),
  owner,
  introduction,
  lastUsed,
  streams: 0,
  inFlight: new Map(),
  ended: false,
})

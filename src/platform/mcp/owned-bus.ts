import { AsyncLocalStorage } from 'node:async_hooks'
import type { ServerEvent, ServerEventBus } from '@modelcontextprotocol/server'
import type { Change, Changes } from './changes'

/** The SDK's bus of `subscriptions/listen`, which knows no owners: here each stream hears only of its own caller's. */
export interface OwnedBus extends ServerEventBus {
  /** Streams that are opened while `work` runs are this owner's. */
  of<T>(owner: string, work: () => T): T
  /** Streams of this owner that are open now. */
  streamsOf(owner: string): number
}

export function createOwnedBus(changes: Changes): OwnedBus {
  const owners = new AsyncLocalStorage<string>()
  const streams = new Map<string, number>()
  const count = (owner: string, by: number) => {
    const left = (streams.get(owner) ?? 0) + by
    if (left > 0) streams.set(owner, left)
    else streams.delete(owner)
  }
  return {
    of: (owner, work) => owners.run(owner, work),
    streamsOf: (owner) => streams.get(owner) ?? 0,
    subscribe(listener) {
      const owner = owners.getStore() ?? ''
      const stop = changes.listen(owner, (change) => listener(eventOf(change)))
      count(owner, 1)
      return () => {
        stop()
        count(owner, -1)
      }
    },
    publish: () => {},
  }
}

const eventOf = (change: Change): ServerEvent =>
  change.kind === 'listed'
    ? { kind: 'resources_list_changed' }
    : { kind: 'resource_updated', uri: change.uri }

import { AsyncLocalStorage } from 'node:async_hooks'
import type { ServerEvent, ServerEventBus } from '@modelcontextprotocol/server'
import type { Change, Changes } from './changes'

/** The SDK's bus of `subscriptions/listen`, which knows no owners: here each stream hears only of its own caller's. */
export interface OwnedBus extends ServerEventBus {
  /** Streams that are opened while `work` runs are this owner's. */
  of<T>(owner: string, work: () => T): T
}

export function createOwnedBus(changes: Changes): OwnedBus {
  const owners = new AsyncLocalStorage<string>()
  return {
    of: (owner, work) => owners.run(owner, work),
    subscribe: (listener) => changes.listen(owners.getStore() ?? '', (change) => listener(eventOf(change))),
    publish: () => {},
  }
}

const eventOf = (change: Change): ServerEvent =>
  change.kind === 'listed'
    ? { kind: 'resources_list_changed' }
    : { kind: 'resource_updated', uri: change.uri }

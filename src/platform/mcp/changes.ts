import { expandUri } from '../../core/resource'
import type { Dispatcher, Written } from '../dispatch/dispatch'
import type { Library, Shelved } from './library'

/** Something that a client may have read is different now. */
export type Change = { kind: 'updated'; uri: string } | { kind: 'listed' }

/** Tells listeners of changes to what belongs to them, and of nothing else. */
export interface Changes {
  /** Gives what ends it. */
  listen(owner: string, listener: (change: Change) => void): () => void
  close(): void
}

export function createChanges(dispatcher: Dispatcher, library: Library): Changes {
  const byOperation = changesByOperation(library.resources)
  const listeners = new Map<string, Set<(change: Change) => void>>()
  const unwatch = dispatcher.watch((written) => {
    const mine = listeners.get(written.owner)
    if (!mine) return
    for (const change of byOperation.get(written.operation)?.(written) ?? []) {
      for (const listener of [...mine]) listener(change)
    }
  })
  return {
    listen(owner, listener) {
      const mine = listeners.get(owner) ?? new Set()
      listeners.set(owner, mine.add(listener))
      return () => {
        mine.delete(listener)
        if (mine.size === 0 && listeners.get(owner) === mine) listeners.delete(owner)
      }
    },
    close: unwatch,
  }
}

/** What each operation's writes change. */
function changesByOperation(resources: readonly Shelved[]): Map<string, (written: Written) => Change[]> {
  const names = resources.flatMap(({ resource }) => [
    ...(resource.changedBy ?? []),
    ...(resource.listChangedBy ?? []),
  ])
  return new Map([...new Set(names)].map((name) => [name, (written) => changesBy(name, resources, written)]))
}

function changesBy(name: string, resources: readonly Shelved[], { subject }: Written): Change[] {
  const updated = resources
    .filter(({ resource }) => resource.changedBy?.includes(name))
    .map(({ resource: { uri }, variables }): Change => {
      const values = Object.fromEntries(variables.map((variable) => [variable, subject]))
      return { kind: 'updated', uri: expandUri(uri, values) }
    })
  const listed = resources.some(({ resource }) => resource.listChangedBy?.includes(name))
  return listed ? [...updated, { kind: 'listed' }] : updated
}

import type { LocalConnection } from '../../../core/local-database'

/** Keeps `blocks`: for every few thousand ids in a row the times that they hold. */
export interface Blocks {
  /** Rows with ids from `firstId` on, that came together. */
  add(firstId: number, at: ArrayLike<number>, receivedAt: number): void
  flush(): void
  forget(): void
}

interface Block {
  first: number
  last: number
  from: number
  to: number
  receivedFrom: number
  receivedTo: number
}

/** Rows of a block. */
const blockSize = 4096

export function createBlocks(db: LocalConnection): Blocks {
  let block: Block | undefined
  let changed = false
  const save = () => {
    if (!block || !changed) return
    changed = false
    db.statement(
      `insert into blocks (first_id, last_id, from_at, to_at, received_from, received_to) values (?, ?, ?, ?, ?, ?)
       on conflict (first_id) do update set last_id = excluded.last_id, from_at = excluded.from_at, to_at = excluded.to_at, received_from = excluded.received_from, received_to = excluded.received_to`,
    ).run(block.first, block.last, block.from, block.to, block.receivedFrom, block.receivedTo)
  }
  const addRow = (id: number, at: number, receivedAt: number) => {
    block ??= newest(db)
    if (!block || block.last + 1 !== id || id - block.first >= blockSize) {
      save()
      block = { first: id, last: id, from: at, to: at, receivedFrom: receivedAt, receivedTo: receivedAt }
    }
    block.last = id
    if (at < block.from) block.from = at
    if (at > block.to) block.to = at
    if (receivedAt < block.receivedFrom) block.receivedFrom = receivedAt
    if (receivedAt > block.receivedTo) block.receivedTo = receivedAt
    changed = true
  }
  return {
    add(firstId, at, receivedAt) {
      for (let row = 0; row < at.length; row++) addRow(firstId + row, at[row]!, receivedAt)
    },
    flush: save,
    forget() {
      block = undefined
      changed = false
    },
  }
}

const newest = (db: LocalConnection) =>
  db
    .statement<Block>(
      'select first_id as first, last_id as last, from_at as "from", to_at as "to", received_from as receivedFrom, received_to as receivedTo from blocks order by first_id desc limit 1',
    )
    .get() ?? undefined

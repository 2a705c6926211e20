import { insertEntries } from '../src/modules/journal/entries/rows'
import { findSymbols } from '../src/modules/journal/entries/symbols'
import { updateTotals } from '../src/modules/journal/entries/totals'
import type { Storage } from '../src/platform/storage/storage'

const common =
  'bought sold btc eth the plan calm after pullback stop loss target followed price market risk position size small entry exit support resistance trend waited news fomo patience bitcoin ethereum solana volume breakout held again today week'.split(
    ' ',
  )
const tags = ['plan', 'discipline', 'btc', 'swing', 'mistake', 'review']
const types = ['general', 'trade', 'analysis', 'reflection', 'plan']

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296
  }
}

/** A word by a Zipf-like law: a few in nearly every entry, 20,000 in hardly any. */
function word(random: () => number): string {
  const rank = Math.floor(20_000 ** random()) - 1
  return common[rank] ?? `w${rank.toString(36)}`
}

/** Some 40 words of a person's journal. */
export const textOf = (random: () => number) => Array.from({ length: 40 }, () => word(random)).join(' ')

const pick = <T>(items: readonly T[], random: () => number) => items[Math.floor(random() * items.length)]!

/** What is put into some entries on purpose, so that as many match at every size. */
export interface Planted {
  text: string
  tags: string[]
  entry_type?: string
}

function rowOf(owner: string, at: Date, random: () => number, planted: Planted | undefined) {
  const entry = planted ? `${textOf(random)} ${planted.text}` : textOf(random)
  const entry_type = pick(types, random)
  return {
    id: Bun.randomUUIDv7(),
    owner,
    entry,
    entry_type: planted?.entry_type ?? entry_type,
    tags: [...new Set([pick(tags, random), ...(planted?.tags ?? [])])],
    symbols: findSymbols(entry, {}),
    metadata: { confidence: Math.floor(random() * 10) },
    occurred_at: at,
    created_at: at,
    updated_at: at,
    client_id: null,
  }
}

/**
 * Stores `count` entries of one owner, `apart` milliseconds from each other up to `last`, by the product's own code in large transactions. `seed` makes the
 * texts repeatable; `plant` tells what goes into the nth entry besides.
 */
export async function fillJournal(
  storage: Storage,
  owner: string,
  count: number,
  {
    seed = 1,
    last = Date.UTC(2026, 10, 1),
    apart = 600_000,
    progress = (_: number) => {},
    plant = (_: number): Planted | undefined => undefined,
  } = {},
): Promise<void> {
  const random = randomFrom(seed)
  for (let at = 0; at < count; at += 2_000) {
    const rows = Array.from({ length: Math.min(2_000, count - at) }, (_, n) =>
      rowOf(owner, new Date(last - (count - at - n) * apart), random, plant(at + n)),
    )
    await storage.as(owner).write(async (tx) => {
      await updateTotals(tx, owner, { added: rows })
      await insertEntries(tx, owner, rows)
    })
    progress(at + rows.length)
  }
}

import { writeSync } from 'node:fs'
import type { Span } from '../../../src/platform/limits/store'
import { openStore } from './targets'

/**
 * A process that takes from a quota: `caller.ts TARGET OWNER LIMIT CALLS`. It prints `ready`, waits for a line, makes that many
 * calls (0: without end), five at a time, and prints one `+` for each that was admitted, only after it was.
 */
const [target, owner, limit, calls] = process.argv.slice(2) as [string, string, string, string]
const spans: Span[] = [{ name: 'month', seconds: 2_592_000, limit: Number(limit) }]
const store = await openStore(target)

async function take(): Promise<void> {
  const { admitted } = await store.take({ owner, cost: 1, spans })
  if (admitted) writeSync(1, '+')
}

async function takeInTurns(count: number): Promise<void> {
  for (let call = 0; call < count; call++) await take()
}

writeSync(1, 'ready\n')
for await (const _ of console) break
const each = Number(calls) === 0 ? Number.POSITIVE_INFINITY : Number(calls) / 5
await Promise.all(Array.from({ length: 5 }, () => takeInTurns(each)))
await store.close()
process.exit(0)

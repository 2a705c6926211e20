import { benchJournal } from './journal'
import { benchMetrics } from './metrics'
import { benchOperation } from './operation'
import { benchStart } from './start'

/** `bun run bench [name…]`: every bench, or those named. */
const benches: Record<string, () => Promise<void>> = {
  operation: benchOperation,
  start: benchStart,
  metrics: benchMetrics,
  journal: () => benchJournal([1_000, 100_000]),
}

const chosen = process.argv.slice(2)
for (const name of chosen.length > 0 ? chosen : Object.keys(benches)) {
  const bench = benches[name]
  if (!bench) {
    console.error(`no bench ${name}; there are ${Object.keys(benches).join(', ')}`)
    process.exit(2)
  }
  await bench()
}

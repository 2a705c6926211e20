export {}

/** `bun run bench [name…]`: every bench, or those named. Each is loaded when it runs: the databases that some measure start with them. */
const benches: Record<string, () => Promise<void>> = {
  operation: async () => (await import('./operation')).benchOperation(),
  start: async () => (await import('./start')).benchStart(),
  metrics: async () => (await import('./metrics')).benchMetrics(),
  scrape: async () => (await import('./metrics-scrape')).benchScrape(),
  'metrics-query': async () => (await import('./metrics-query')).benchMetricsQuery(),
  journal: async () => (await import('./journal')).benchJournal([1_000, 100_000]),
  graph: async () => (await import('./code-graph')).benchCodeGraph(),
  limits: async () => (await import('./limits')).benchLimits(),
  mcp: async () => (await import('./mcp')).benchMcp(),
  code: async () => (await import('./code')).benchCode(),
  'code-index': async () => (await import('./code-index')).benchCodeIndex(),
  rolling: async () => (await import('./rolling')).benchRolling(),
  machine: async () => (await import('./machine')).benchMachine(),
  memory: async () => (await import('./mcp-memory')).benchMemory(),
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
// Database servers that a bench shares would keep the process.
process.exit(0)

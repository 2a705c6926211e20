/** Repeats for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Bodies as the predecessor's clients send them: metrics of about 450 bytes, some 5,000 different combinations of dimensions. */
export function payloads(count: number, metricsEach: number, at: number): string[] {
  const random = randomOf(42)
  const pick = (most: number) => Math.floor(random() * most)
  const metric = () => ({
    type: 'tool_execution',
    timestamp: new Date(at - pick(60_000)).toISOString().replace('Z', '000+00:00'),
    value: 1,
    duration_ms: Math.round(random() * 50_000) / 100,
    dimensions: {
      tool_name: `tool_${pick(40)}`,
      server_path: `/servers/mcp-${pick(10)}/mcp`,
      server_name: `mcp-server-${pick(10)}`,
      success: random() > 0.05,
      client_name: ['claude-desktop', 'cursor', 'windsurf', 'vscode'][pick(4)],
      client_version: `1.${pick(5)}.0`,
      method: 'tools/call',
      user_hash: pick(500).toString(16).padStart(12, '0'),
    },
    metadata: { error_code: null, input_size_bytes: pick(4000), output_size_bytes: pick(90_000) },
  })
  return Array.from({ length: count }, () =>
    JSON.stringify({
      service: 'auth-server',
      version: '1.0.0',
      instance_id: 'auth-server-1',
      metrics: Array.from({ length: metricsEach }, metric),
    }),
  )
}

/** The same metrics as VictoriaMetrics' `/api/v1/import` takes them: one line a metric, its duration as the value. */
export function importLines(body: string): string {
  const { service, metrics } = JSON.parse(body) as { service: string; metrics: Payload[] }
  const lines = metrics.map(({ type, timestamp, duration_ms, dimensions }) => {
    const labels = Object.entries(dimensions).map(([name, value]) => [name, String(value)])
    const metric = { __name__: `${type}_duration_ms`, service, ...Object.fromEntries(labels) }
    return JSON.stringify({ metric, values: [duration_ms], timestamps: [Date.parse(timestamp)] })
  })
  return `${lines.join('\n')}\n`
}

interface Payload {
  type: string
  timestamp: string
  duration_ms: number
  dimensions: Record<string, unknown>
}

import type { MetricsRig } from '../rig'

const kinds: Record<string, Record<string, unknown>> = {
  tool_execution: { tool_name: 'search', method: 'tools/call', server_name: 'files', client_name: 'demo' },
  auth_request: { method: 'POST', server: 'files' },
  tool_discovery: { query: 'weather', results_count: 3 },
  health_check: { endpoint: '/health', status_code: 200, healthy: true },
  protocol_latency: { flow_step: 'initialize_to_tools_list', server_name: 'files' },
}

/** A moment's traffic with everything that dashboards and rules look at: every type, failures, refusals, 4xx and 5xx. It was `agoMs` ago. */
export async function feed(rig: MetricsRig, agoMs = 0): Promise<void> {
  const timestamp = new Date(Date.now() - agoMs).toISOString()
  const metrics = Object.entries(kinds).flatMap(([type, dimensions]) =>
    [true, false].map((success) => ({
      type,
      timestamp,
      value: type === 'protocol_latency' ? 0.2 : 1,
      duration_ms: success ? 20 : 400,
      dimensions: { ...dimensions, success },
    })),
  )
  await rig.post({ service: 'auth-server', metrics: [...metrics, { type: 'custom', value: 1e13 }] })
  await rig.post({ service: 'auth-server', metrics }, 'mcp_metrics_nonsense')
  await rig.send('/readyz')
}

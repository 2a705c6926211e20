import type { MetricType } from '../ingest/metric'

/** The series that a type of metric is counted in. Names and labels are the predecessor's. */
export interface ReportedSeries {
  /** Grows by the metric's value. */
  counter?: { name: string; help: string }
  /** Of `duration_ms`, or of the value, in seconds. */
  histogram: { name: string; help: string; of: 'duration' | 'value' }
  /** Dimensions that become labels, beside `service` and `metric_type`. */
  labels: readonly string[]
}

export const reportedSeries: Partial<Record<MetricType, ReportedSeries>> = {
  auth_request: {
    counter: { name: 'mcp_auth_requests_total', help: 'Authentication requests that were reported.' },
    histogram: {
      name: 'mcp_auth_request_duration_seconds',
      help: 'Seconds of reported authentication requests.',
      of: 'duration',
    },
    labels: ['success', 'method', 'server', 'target_kind', 'user_hash'],
  },
  tool_discovery: {
    counter: { name: 'mcp_tool_discovery_total', help: 'Tool discovery requests that were reported.' },
    histogram: {
      name: 'mcp_tool_discovery_duration_seconds',
      help: 'Seconds of reported tool discovery requests.',
      of: 'duration',
    },
    labels: ['query', 'results_count', 'top_k_services', 'top_n_tools'],
  },
  tool_execution: {
    counter: { name: 'mcp_tool_executions_total', help: 'Tool executions that were reported.' },
    histogram: {
      name: 'mcp_tool_execution_duration_seconds',
      help: 'Seconds of reported tool executions.',
      of: 'duration',
    },
    labels: [
      'method',
      'server_name',
      'server_path',
      'tool_name',
      'client_name',
      'client_version',
      'success',
      'user_hash',
    ],
  },
  health_check: {
    counter: { name: 'mcp_health_checks_total', help: 'Health checks that were reported.' },
    histogram: {
      name: 'mcp_health_check_duration_seconds',
      help: 'Seconds of reported health checks.',
      of: 'duration',
    },
    labels: ['endpoint', 'status_code', 'healthy'],
  },
  protocol_latency: {
    histogram: {
      name: 'mcp_protocol_latency_seconds',
      help: 'Seconds between two steps of the protocol, as reported.',
      of: 'value',
    },
    labels: ['flow_step', 'server_name', 'user_hash', 'session_key'],
  },
}

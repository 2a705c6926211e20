import { setSystemTime } from 'bun:test'
import { shop } from '../code/graph/shop'
import type { FixtureServer } from '../code/kit'
import { indexed } from '../code/kit'
import type { TestApp } from '../kit/app'
import { restRequest } from '../kit/caller'

/** One call of the story: an operation by name, or a route as `METHOD path`. */
interface Step {
  call: string
  /** Where a route's path stands for more than itself. */
  path?: string
  input?: Record<string, unknown>
  headers?: Record<string, string>
  /** Calls again until the answer holds this text. */
  until?: string
}

/** The time at which all of it happens. */
export const noon = new Date('2026-11-21T12:00:00Z')

/** What was answered first, by what was called. */
export type Answers = Record<string, unknown>

export interface Stage {
  app: TestApp
  git: FixtureServer
  /** Headers with which `get_portfolio` reaches its exchange. */
  coinbase: Record<string, string>
  ingestKey: string
}

/** Plays a day with every module, and keeps the first answer to each call. */
export async function play(stage: Stage): Promise<Answers> {
  const answers: Answers = {}
  const say = async (step: Step) => {
    const answer = await perform(stage.app, step)
    answers[step.call] ??= answer
    // biome-ignore lint/suspicious/noExplicitAny: the story knows what it asked for
    return answer as any
  }
  await playJournal(say, stage)
  await playMetrics(say, stage)
  await playCode(say, stage)
  for (const path of ['/', '/health', '/status', '/livez', '/healthz', '/readyz', '/startupz'])
    await say({ call: `GET ${path}` })
  await say({ call: 'GET /connect', headers: { accept: 'application/json' } })
  const params = { name: 'get_user_stats', arguments: {} }
  await say({ call: 'POST /mcp', input: { jsonrpc: '2.0', id: 1, method: 'tools/call', params } })
  await say({ call: 'delete_my_data', input: { confirm: 'delete everything' } })
  return answers
}

async function perform(app: TestApp, step: Step): Promise<unknown> {
  const { call, input = {}, headers, until } = step
  const [route, direct] = call.split(' ')
  const [method, path, body] = direct
    ? ([route!, step.path ?? direct, input] as const)
    : restRequest(app, call, input)
  for (;;) {
    const response = await app.send(path, {
      method,
      headers: { authorization: `Bearer ${app.key}`, 'content-type': 'application/json', ...headers },
      ...(method === 'GET' || body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${call} answered ${response.status}: ${text}`)
    if (until === undefined || text.includes(until)) return JSON.parse(text)
    await Bun.sleep(20)
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the story knows what it asked for
type Say = (step: Step) => Promise<any>

async function playJournal(say: Say, { coinbase }: Stage): Promise<void> {
  const reflection = 'Sold my ETH too early again: fear of giving back profit, not the plan.'
  const entry = { entry: reflection, entry_type: 'reflection', tags: ['discipline'] }
  const { entry_id } = await say({ call: 'store_journal_entry', input: entry })
  const trade = { symbol: 'ETH', action: 'buy', quantity: 2, price: 1500, strategy: 'momentum' }
  await say({ call: 'log_trade_entry', input: { ...trade, reasoning: 'Breakout above the range' } })
  const analysis = { symbol: 'BTC', analysis: 'Holding above the 200-day average', outlook: 'bullish' }
  const logged = await say({ call: 'log_analysis_entry', input: { ...analysis, confidence: 7 } })
  await say({ call: 'get_journal_entries', input: { limit: 2 } })
  await say({ call: 'get_journal_entry', input: { entry_id } })
  await say({ call: 'update_journal_entry', input: { entry_id, tags: ['discipline', 'q4'] } })
  await say({ call: 'search_journal_entries', input: { query: 'plan*', limit: 10 } })
  await say({ call: 'get_journal_insights', input: { timeframe: '30d' } })
  await say({ call: 'export_journal', input: { format: 'csv', limit: 2 } })
  const content = 'occurred_at,entry\n2026-11-20,Waited for the retest'
  await say({ call: 'import_journal', input: { format: 'csv', content } })
  await say({ call: 'delete_journal_entry', input: { entry_id: logged.entry_id } })
  await say({ call: 'set_preference', input: { key: 'theme', value: 'dark', category: 'ui' } })
  await say({ call: 'get_preference', input: { key: 'theme' } })
  await say({ call: 'list_preferences', input: { category: 'ui' } })
  await say({ call: 'delete_preference', input: { key: 'theme' } })
  const data = { symbol: 'BTC', entry: 42_000, stop: 39_500, active: true }
  const { record } = await say({ call: 'store_record', input: { record_type: 'trade_plan', data } })
  await say({ call: 'get_record', input: { record_id: record.id } })
  await say({ call: 'query_records', input: { record_type: 'trade_plan', where: { symbol: 'BTC' } } })
  await say({ call: 'update_record', input: { record_id: record.id, data: { ...data, active: false } } })
  await say({ call: 'delete_record', input: { record_id: record.id } })
  // The exchange looks at its own clock.
  setSystemTime(noon)
  await say({ call: 'get_portfolio', headers: coinbase }).finally(() => setSystemTime())
  await say({ call: 'get_user_stats' })
  await say({ call: 'validate_subscription' })
  await say({ call: 'POST /store_journal_entry', input: { entry: 'Bought 0.1 BTC at $45,000' } })
  await say({ call: 'GET /get_journal_entries', path: '/get_journal_entries?limit=1' })
  await say({ call: 'GET /user_stats' })
  await say({ call: 'POST /validate_subscription' })
}

async function playMetrics(say: Say, { app, ingestKey }: Stage): Promise<void> {
  const call = (tool_name: string, duration_ms: number, success: boolean, minutes: number) => ({
    type: 'tool_execution',
    timestamp: new Date(noon.getTime() - minutes * 60_000).toISOString(),
    value: 1,
    duration_ms,
    dimensions: { tool_name, server_name: 'files', client_name: 'cursor', success },
    ...(success ? {} : { metadata: { error_code: 'timeout' } }),
  })
  const metrics = [
    ...Array.from({ length: 12 }, (_, n) => call('search', 40 + 10 * n, n !== 5, n + 1)),
    ...Array.from({ length: 12 }, (_, n) => call('read_file', 8 + n, true, n + 1)),
    // The day before, for the comparison.
    ...Array.from({ length: 12 }, (_, n) => call('search', 30 + 5 * n, true, 24 * 60 + n + 1)),
  ]
  const headers = { authorization: '', 'x-api-key': ingestKey }
  await say({ call: 'POST /metrics', input: { service: 'gateway', version: '1.2.3', metrics }, headers })
  await app.send('/flush', { method: 'POST', headers: { 'x-api-key': ingestKey } })
  const p95 = { type: 'tool_execution', aggregation: 'p95', group_by: ['tool_name'], from: '24h' }
  await say({ call: 'query_metrics', input: p95 })
  await say({ call: 'list_services', input: { from: '24h' } })
  await say({ call: 'list_raw_metrics', input: { dimensions: { tool_name: 'search' }, limit: 2 } })
  await say({ call: 'list_metric_types' })
  await say({ call: 'list_metric_dimensions', input: { type: 'tool_execution', values: 2 } })
  await say({ call: 'get_tool_performance', input: { top: 2 } })
  await say({ call: 'get_slowest_tools', input: { top: 2 } })
  await say({ call: 'get_error_breakdown', input: { type: 'tool_execution', top: 2 } })
  await say({ call: 'compare_periods', input: { measure: 'p95', type: 'tool_execution', min_calls: 5 } })
  await say({ call: 'get_usage_by_client', input: { versions: true } })
  await say({ call: 'rebuild_metrics' })
  await say({ call: 'GET /dashboard/metrics/data', path: '/dashboard/metrics/data?range=15m' })
  await say({ call: 'POST /flush', headers })
  await say({ call: 'GET /rate-limit', headers })
  const admin = { authorization: '', 'x-api-key': adminKey }
  await say({ call: 'GET /admin/retention/preview', headers: admin })
  await say({ call: 'GET /admin/retention/policies', headers: admin })
  const policy = '/admin/retention/policies/metrics?retention_days=30'
  await say({ call: 'PUT /admin/retention/policies/:table', path: policy, headers: admin })
  await say({ call: 'POST /admin/retention/cleanup', headers: admin })
  await say({ call: 'GET /admin/database/stats', headers: admin })
  await say({ call: 'GET /admin/database/size', headers: admin })
  await say({ call: 'import_metrics', input: { source: 'predecessor', table: 'metrics', rows: [imported] } })
}

/** Of the admin endpoints. */
export const adminKey = 'an admin key of forty characters or so..'

const imported = {
  id: 1,
  timestamp: '2026-10-01T12:00:00Z',
  service: 'auth-server',
  metric_type: 'auth_request',
  value: 1,
}

async function playCode(say: Say, { app, git }: Stage): Promise<void> {
  const repository = 'acme/shop'
  const work = await indexed(app, git, repository, { ...shop, 'docs/guide.md': '# Guide\n\nCall open().\n' })
  await indexed(app, git, 'acme/jobs', { 'src/queue.ts': 'export const queue = []\n' })
  const job = await say({ call: 'index_repository', input: { repository } })
  await say({ call: 'get_index_job_status', input: { runId: job.runId, wait_seconds: 30 } })
  await say({ call: 'list_index_jobs', input: { limit: 1 } })
  await say({ call: 'list_repositories', input: { limit: 1 } })
  await say({ call: 'get_repository', input: { repository } })
  await playProject(say)
  await say({ call: 'search_code', input: { term: 'formatMoney', repository, limit: 2 } })
  await say({ call: 'search_symbols', input: { query: 'Cart', kind: 'class', repository } })
  const file = { repository, path: 'src/cart.ts' }
  await say({ call: 'get_file', input: { ...file, start_line: 4, end_line: 9 } })
  await say({ call: 'get_file_outline', input: file })
  await say({ call: 'list_files', input: { repository, glob: 'src/*.ts' } })
  await say({ call: 'list_recent_files', input: { repository, limit: 2 } })
  await say({ call: 'search_dependencies', input: { repository, file_path: 'src/cart.ts', depth: 2 } })
  await say({ call: 'find_usages', input: { repository, symbol: 'Cart', limit: 2 } })
  await say({ call: 'go_to_definition', input: { repository, symbol: 'Cart' } })
  await say({ call: 'get_call_hierarchy', input: { repository, symbol: 'Cart.add', direction: 'callers' } })
  await say({ call: 'analyze_change_impact', input: { repository, files_to_modify: ['src/cart.ts'] } })
  const create = [{ path: 'src/voucher.ts', purpose: 'Rules of vouchers', estimated_lines: 80 }]
  const spec = { repository, feature_name: 'Vouchers', files_to_create: create }
  await say({ call: 'validate_implementation_spec', input: spec })
  await say({ call: 'find_cycles', input: { repository } })
  await say({ call: 'list_dependencies', input: { repository } })
  await say({ call: 'generate_task_context', input: { repository, files: ['src/cart.ts'] } })
  await say({ call: 'get_index_statistics', input: { repository } })
  await say({ call: 'search_documents', input: { term: 'open()', limit: 2 } })
  const schema = { type: 'object', required: ['name'] }
  await say({ call: 'validate_output', input: { schema, output: '{"name":"x"}' } })
  const again = await say({ call: 'index_repository', input: { repository: 'acme/jobs', ref: 'main' } })
  await say({ call: 'cancel_index_job', input: { runId: again.runId } })
  await say({ call: 'POST /index', input: { repository } })
  await say({ call: 'GET /jobs/:jobId', path: `/jobs/${job.runId}` })
  await say({ call: 'GET /search', path: '/search?term=formatMoney&limit=1' })
  await say({ call: 'GET /files/recent', path: '/files/recent?limit=1' })
  await say({ call: 'POST /validate-output', input: { schema, output: '{"name":"x"}' } })
  await say({ call: 'delete_repository', input: { repository: work.id } })
}

async function playProject(say: Say): Promise<void> {
  const backend = { name: 'Backend', repository_ids: ['acme/shop'] }
  const project = await say({ call: 'create_project', input: backend })
  const both = { project: project.id, repository_id: 'acme/jobs' }
  await say({ call: 'add_repository_to_project', input: both })
  await say({ call: 'list_projects' })
  await say({ call: 'get_project', input: { project: project.id } })
  await say({ call: 'update_project', input: { project: project.id, description: 'Shop and jobs' } })
  await say({ call: 'remove_repository_from_project', input: both })
  await say({ call: 'delete_project', input: { project: project.id } })
}

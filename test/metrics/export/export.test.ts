import { afterAll, beforeAll, expect, test } from 'bun:test'
import { closeSync, constants, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { finish, source, start as startProcess } from '../../kit/process'
import { type MetricsRig, startMetrics } from '../rig'

let rig: MetricsRig
const start = Date.now() - 3 * 86_400_000
const count = 12_000

const metric = (at: number) => ({
  type: at % 3 === 0 ? 'auth_request' : 'tool_execution',
  timestamp: new Date(start + at * 10_000).toISOString(),
  value: at / 4,
  ...(at % 2 === 0 && { duration_ms: at / 8 }),
  dimensions: { tool_name: `tool "${at % 7}", ünïcode`, success: at % 5 !== 0 },
  ...(at % 5 === 0 && { metadata: { error_code: '=HYPERLINK()', n: at } }),
})

beforeAll(async () => {
  rig = await startMetrics()
  const key = await rig.addIngestKey('any')
  for (let at = 0; at < count; at += 1000) {
    const metrics = Array.from({ length: 1000 }, (_, i) => metric(at + i))
    const answer = await rig.post({ service: '-gateway', version: '1.2.3', metrics }, key)
    expect(await answer.json()).toMatchObject({ accepted: 1000 })
  }
})
afterAll(() => rig.close())

const download = (query: string, key = rig.key) =>
  rig.rest('GET', `/api/v1/metrics/export?${query}`, undefined, key)

interface Row {
  id: number | bigint
  timestamp: string | Date
  value: number
  duration_ms: number | null
  dimensions: unknown
  metadata: unknown
  service: string
  instance_id: string | null
}

/** What every format must come to. */
function check(rows: Row[], wanted = count): void {
  expect(rows.length).toBe(wanted)
  for (const [at, row] of rows.entries()) {
    const sent = metric(at)
    const { id, timestamp, value, duration_ms, dimensions, metadata } = row
    expect([
      Number(id),
      new Date(timestamp).toISOString(),
      value,
      duration_ms ?? null,
      dimensions,
      metadata,
    ]).toEqual([
      at + 1,
      sent.timestamp,
      sent.value,
      sent.duration_ms ?? null,
      sent.dimensions,
      sent.metadata ?? {},
    ])
  }
  expect(rows[0]).toMatchObject({
    service: '-gateway',
    service_version: '1.2.3',
    metric_type: 'auth_request',
  })
}

const readParquet = async (bytes: ArrayBuffer) =>
  (await parquetReadObjects({ file: bytes })) as unknown as Row[]
const readLines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)

test('Parquet holds every metric, as another implementation reads it', async () => {
  const response = await download('format=parquet')
  expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet')
  const bytes = await response.arrayBuffer()
  check(await readParquet(bytes))
  const { row_groups, schema } = parquetMetadata(bytes)
  expect(row_groups.length).toBeGreaterThan(1)
  expect(schema.find(({ name }) => name === 'timestamp')).toMatchObject({
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
  })
})

test('JSON lines and CSV hold the same', async () => {
  check(readLines(await (await download('format=jsonl')).text()))
  const text = await (await download('format=csv')).text()
  const rows: Record<string, string>[] = parse(text, { columns: true })
  expect(rows[0]!.service).toBe("'-gateway")
  const numberOf = (cell: string | undefined) => (cell ? Number(cell) : null)
  check(
    rows.map((row) => ({
      ...row,
      id: Number(row.id),
      timestamp: row.timestamp!,
      value: Number(row.value),
      duration_ms: numberOf(row.duration_ms),
      dimensions: JSON.parse(row.dimensions!),
      metadata: JSON.parse(row.metadata!),
      service: row.service!.slice(1),
      instance_id: row.instance_id || null,
    })),
  )
})

test('every format has the columns of the table that it is an export of', async () => {
  const [kept] = await rig.rows<Record<string, string>>('select * from metrics order by id limit 1')
  const csv: Record<string, string>[] = parse(await (await download('format=csv')).text(), { columns: true })
  const files = [
    await readParquet(await (await download('format=parquet')).arrayBuffer()),
    readLines(await (await download('format=jsonl')).text()),
    csv,
  ] as unknown as Record<string, string | Date>[][]
  for (const [row] of files) {
    expect(Object.keys(row!).toSorted()).toEqual(Object.keys(kept!).toSorted())
    const arrived = new Date(row!.created_at!).toISOString().slice(0, 19).replace('T', ' ')
    expect(arrived).toBe(kept!.created_at!)
  }
})

test('a period, a type and a sender narrow it', async () => {
  const from = new Date(start + 5000 * 10_000).toISOString()
  const to = new Date(start + 9000 * 10_000).toISOString()
  const rows = readLines(
    await (await download(`from=${from}&to=${to}&type=auth_request&service=-gateway`)).text(),
  )
  expect(rows.length).toBe(1333)
  expect(await (await download('service=nobody')).text()).toBe('')
  expect(
    (await readParquet(await (await download('format=parquet&service=nobody')).arrayBuffer())).length,
  ).toBe(0)
})

test('metrics of any year are in it, and texts that strict readers take', async () => {
  const other = await startMetrics()
  const dimensions = '{"whole":"\\ud83d\\ude00","half":"a\\uD800b","second":"\\udc00","slash":"\\\\ud800"}'
  const texts = `"dimensions":${dimensions},"metadata":${dimensions}`
  await other.post(
    `{"service":"auth-server","metrics":[{"type":"custom","value":1,"timestamp":0,${texts}},{"type":"custom","value":2,"timestamp":"0001-01-01"}]}`,
  )
  const text = await (await other.rest('GET', '/api/v1/metrics/export')).text()
  const rows = readLines(text)
  expect(rows.map(({ timestamp }) => timestamp)).toEqual([
    '1970-01-01T00:00:00.000Z',
    '0001-01-01T00:00:00.000Z',
  ])
  const whole = { whole: '😀', half: 'a\ufffdb', second: '\ufffd', slash: '\\ud800' }
  expect([rows[0]!.dimensions, rows[0]!.metadata]).toEqual([whole, whole])
  const since = await other.rest('GET', '/api/v1/metrics/export?from=1960-01-01')
  expect(readLines(await since.text()).length).toBe(1)
  await other.close()
})

test('wrong input and missing rights are refused before anything is sent', async () => {
  for (const [query, path] of [
    ['format=xlsx', '/format'],
    ['from=x', '/from'],
    ['type=x', '/type'],
    ['limit=5', '/limit'],
  ]) {
    const response = await download(query!)
    expect(response.status).toBe(422)
    expect(((await response.json()) as { errors: { path: string }[] }).errors[0]!.path).toBe(path!)
  }
  const other = await rig.addKey('someone', 'free', ['journal:read'])
  expect((await download('', other)).status).toBe(403)
})

test('the command writes whole files, with progress, and rebuilds rollups', async () => {
  await rig.rows('select 1')
  const run = (...args: string[]) =>
    finish(['metrics', ...args, '--data-dir', rig.folder], { cwd: rig.folder, env: { LOG_LEVEL: 'ERROR' } })
  const parquet = await run('export', '--out', 'all.parquet')
  expect(parquet.stderr).toContain(
    `100% 12,000 of 12,000 metrics looked at\n12,000 metrics exported to all.parquet\n`,
  )
  expect(parquet.code).toBe(0)
  const bytes = readFileSync(join(rig.folder, 'all.parquet'))
  check(
    await readParquet(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer),
  )
  const lines = await run('export', '--type', 'auth_request')
  expect(readLines(lines.stdout).length).toBe(4000)
  const few = await run(
    'export',
    '--to',
    new Date(start + 30_000).toISOString(),
    '--type',
    'auth_request',
    '--out',
    'few.csv',
  )
  expect(few.stderr).toContain('\n1 metric exported to few.csv\n')
  const wrong = await run('export', '--format', 'parquet')
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--out FILE')])
  const early = await run('export', '--from', 'nonsense', '--out', 'x.csv')
  expect(early.code).toBe(1)
  expect(existsSync(join(rig.folder, 'x.csv'))).toBe(false)

  const before = await rig.rows('select * from metrics_daily order by 1, 2, 3')
  const rebuilt = await run('rebuild', '--json')
  expect(JSON.parse(rebuilt.stdout)).toEqual({ finished: true, done: count, total: count })
  expect(rebuilt.stderr).toContain('100%')
  const after = await rig.rows('select * from metrics_daily order by 1, 2, 3')
  const bare = (rows: Record<string, unknown>[]) => rows.map(({ updated_at, ...row }) => row)
  expect(bare(after)).toEqual(bare(before))
  expect(before.length).toBeGreaterThan(2)
})

test('a cancelled export leaves no file', async () => {
  const out = join(rig.folder, 'cancelled.jsonl')
  // A pipe in the place of the file: the command cannot come to its end while nobody reads.
  Bun.spawnSync(['mkfifo', `${out}.part`])
  const pipe = openSync(`${out}.part`, constants.O_RDONLY | constants.O_NONBLOCK)
  const args = ['metrics', 'export', '--out', out, '--data-dir', rig.folder]
  const command = startProcess(args, { cwd: rig.folder, env: { LOG_LEVEL: 'ERROR' } })
  const first = new Uint8Array(1)
  for (let read = 0; read === 0; await Bun.sleep(10)) {
    try {
      read = readSync(pipe, first)
    } catch {
      // Opened, and nothing written yet.
    }
  }
  command.process.kill('SIGINT')
  await command.seen(/Cancelling/)
  const rest = Bun.spawn(['cat', `${out}.part`], { stdout: 'ignore' })
  expect(await command.ended()).toBe(1)
  await rest.exited
  closeSync(pipe)
  expect(command.stderr()).toContain(`Cancelled: ${out} was not written`)
  expect(existsSync(out)).toBe(false)
  expect(existsSync(`${out}.part`)).toBe(false)
})

test('an export that nobody reads to its end stops, over HTTP and in a pipe', async () => {
  const response = await download('format=csv')
  const reader = response.body!.getReader()
  expect((await reader.read()).done).toBe(false)
  await reader.cancel()
  const piped = await finish(
    ['-c', `${source.join(' ')} metrics export --data-dir ${rig.folder} | head -1`],
    { cwd: rig.folder, command: ['sh'], env: { LOG_LEVEL: 'ERROR' } },
  )
  expect(piped.code).toBe(0)
  expect(piped.stderr).not.toMatch(/error|EPIPE/i)
  expect(readLines(piped.stdout).length).toBe(1)
})

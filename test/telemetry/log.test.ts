import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { withRequestId } from '../../src/platform/telemetry/request-id'
import { captured } from './rig'

test('a line is one JSON object with its head first', () => {
  const { log, lines } = captured()
  log.warn('slow', { operation: 'get_entry', duration_ms: 12.5 })
  expect(lines).toEqual([
    '{"timestamp":"2026-11-21T09:30:00.005Z","level":"WARNING","logger":"test","message":"slow","operation":"get_entry","duration_ms":12.5}\n',
  ])
})

test('fields cannot forge the head', () => {
  const { log, lines } = captured()
  log.info('real', {
    level: 'ERROR',
    message: 'forged',
    logger: 'forged',
    timestamp: 0,
    request_id: 'forged',
    kept: 1,
  })
  expect(JSON.parse(lines[0]!)).toEqual({
    timestamp: '2026-11-21T09:30:00.005Z',
    level: 'INFO',
    logger: 'test',
    message: 'real',
    kept: 1,
  })
})

test('lines below a request carry its id, also after an await, and no others', async () => {
  const { log, lines } = captured()
  await Promise.all(
    ['a', 'b'].map((id) =>
      withRequestId(id, async () => {
        await Bun.sleep(id === 'a' ? 5 : 1)
        log.info(`in ${id}`)
      }),
    ),
  )
  log.info('outside')
  const ids = Object.fromEntries(
    lines.map((line) => JSON.parse(line)).map(({ message, request_id }) => [message, request_id]),
  )
  expect(ids).toEqual({ 'in a': 'a', 'in b': 'b', outside: undefined })
})

test('levels below LOG_LEVEL are not written', () => {
  const { log, lines } = captured('WARNING')
  log.debug('1')
  log.info('2')
  log.warn('3')
  log.error('4')
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(['3', '4'])
})

test('text lines are for people, and stay one line', () => {
  const { log, lines } = captured('INFO', 'text')
  withRequestId('r1', () => log.error('two\nlines', { operation: 'x', list: [1] }))
  expect(lines).toEqual(['09:30:00.005 ERROR   test: two\\nlines operation=x list=[1] request_id=r1\n'])
})

test('errors show name, message, code, frames and causes', () => {
  const { log, lines } = captured()
  const cause = Object.assign(new RangeError('inner'), { code: 'E_INNER' })
  log.error('failed', { error: new Error('outer', { cause }) })
  const { error } = JSON.parse(lines[0]!)
  expect(error).toMatchObject({
    name: 'Error',
    message: 'outer',
    cause: { name: 'RangeError', message: 'inner', code: 'E_INNER' },
  })
  expect(error.stack[0]).toContain('log.test.ts')
})

test('values that JSON cannot hold do not make a logger throw', () => {
  const { log, lines } = captured()
  log.info('odd', {
    big: 10n,
    call: () => 1,
    symbol: Symbol('x'),
    nan: Number.NaN,
    date: new Date(Number.NaN),
    none: undefined,
    lone: '\ud800',
  })
  expect(JSON.parse(lines[0]!)).toMatchObject({ big: '10', nan: null, date: null })
})

test('lines go to stderr alone and are all there after exit', async () => {
  const open = join(import.meta.dir, '../../src/platform/telemetry/open.ts')
  const script = `
    import { createTelemetry } from ${JSON.stringify(open)}
    const log = createTelemetry({ LOG_LEVEL: 'INFO', LOG_FORMAT: 'json' }).log('x')
    for (let i = 0; i < 5000; i++) log.info('line', { i })
    process.exit(3)`
  const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe', stderr: 'pipe' })
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  expect(await child.exited).toBe(3)
  expect(stdout).toBe('')
  const numbers = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).i)
  expect(numbers).toEqual(Array.from({ length: 5000 }, (_, i) => i))
})

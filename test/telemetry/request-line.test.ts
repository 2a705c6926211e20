import { expect, test } from 'bun:test'
import { withRequestId } from '../../src/platform/telemetry/request-id'
import { captured } from './rig'

const asked = { quiet: false, operation: undefined }

test('in JSON it is the line that a logger would write', () => {
  const { telemetry, lines } = captured()
  const write = telemetry.requestLine('http')('GET', '/api/v1/a/{b}')
  withRequestId('r-1', () => {
    write({ ...asked, operation: 'get_a' }, 'ab12cd34', 200, 1.23456)
    write(asked, undefined, 404, 0)
    write({ ...asked, quiet: true }, undefined, 200, 20)
  })
  const head = '{"timestamp":"2026-11-21T09:30:00.005Z","level":'
  const sent =
    '"logger":"http","message":"request","request_id":"r-1","method":"GET","endpoint":"/api/v1/a/{b}"'
  expect(lines).toEqual([
    `${head}"INFO",${sent},"operation":"get_a","principal":"ab12cd34","status":200,"duration_ms":1.23}\n`,
    `${head}"INFO",${sent},"status":404,"duration_ms":0}\n`,
    `${head}"DEBUG",${sent},"status":200,"duration_ms":20}\n`,
  ])
})

test('what is remembered of a line goes into no other', () => {
  const { telemetry, lines } = captured()
  const line = telemetry.requestLine('http')
  const [here, there] = [line('GET', '/here'), line('POST', '/there')]
  here({ ...asked, operation: 'a' }, 'aaaaaaaa', 200, 1)
  there({ ...asked, operation: 'b' }, 'bbbbbbbb', 200, 1)
  here({ ...asked, operation: 'a' }, 'bbbbbbbb', 200, 1)
  here({ ...asked, operation: 'c' }, 'bbbbbbbb', 200, 1)
  here({ ...asked, operation: 'c' }, 'bbbbbbbb', 500, 1)
  const shown = lines.map((text) => JSON.parse(text))
  expect(
    shown.map(({ endpoint, operation, principal, status }) => [endpoint, operation, principal, status]),
  ).toEqual([
    ['/here', 'a', 'aaaaaaaa', 200],
    ['/there', 'b', 'bbbbbbbb', 200],
    ['/here', 'a', 'bbbbbbbb', 200],
    ['/here', 'c', 'bbbbbbbb', 200],
    ['/here', 'c', 'bbbbbbbb', 500],
  ])
})

test('quiet requests are not written above debug level, and people get text', () => {
  const info = captured('INFO')
  info.telemetry.requestLine('http')('GET', '/livez')({ ...asked, quiet: true }, undefined, 200, 1)
  expect(info.lines).toEqual([])
  const text = captured('INFO', 'text')
  text.telemetry.requestLine('http')('GET', '/x')(asked, undefined, 200, 1)
  expect(text.lines[0]).toStartWith('09:30:00.005 INFO    http: request method=GET endpoint=/x status=200')
})

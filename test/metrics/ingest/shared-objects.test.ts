import { expect, test } from 'bun:test'
import { createSharingParser } from '../../../src/modules/metrics/ingest/shared-objects'

const parse = createSharingParser('metrics', 'dimensions')

/** What a parser makes of a text: its value, or that it refuses it. */
function outcome(read: (text: string) => unknown, text: string): unknown {
  try {
    return { value: read(text) }
  } catch (error) {
    return (error as Error).name
  }
}

const body = JSON.stringify({
  service: 'a',
  metrics: [
    { type: 'custom', value: 1, dimensions: { tool: 'ü x', n: 1 }, metadata: { a: null } },
    { dimensions: { tool: 'ü x', n: 1 }, value: 2 },
    { value: 3 },
  ],
})

test('equal objects are one', () => {
  const { metrics } = parse(body) as { metrics: { dimensions: object }[] }
  expect(metrics[1]!.dimensions).toBe(metrics[0]!.dimensions)
  const again = parse(body.replaceAll('":', '": ')) as typeof JSON
  expect(again).toEqual(JSON.parse(body))
})

const part = '"dimensions":{"a":1}'
test.each([
  body,
  '5',
  'null',
  '{}',
  '{"metrics":null}',
  '{"metrics":[5,null,"x",[]]}',
  `{"metrics":[{${part}}.5]}`,
  '{"metrics":[{"dimensions":{"a":1}.5}]}',
  '{"metrics":[{"dimensions":{"a":1}e5}]}',
  '{"metrics":[{"dimensions":{"a":{"b":1}}}]}',
  '{"metrics":[{"dimensions":{"a":"}"}}]}',
  '{"metrics":[{"dimensions":{"a":"{"}}]}',
  '{"metrics":[{"dimensions":{"a":"\\u0041"}}]}',
  '{"metrics":[{"dimension\\u0073":{"a":1}}]}',
  '{"metrics":[{"dimensions":null},{"dimensions":0},{"dimensions":"x"}]}',
  `{"metrics":[{"dimensions":null,"metadata":{${part}}}]}`,
  `{"metrics":[{"metadata":{${part}}},{${part}}]}`,
  `{"metrics":[{${part},"dimensions":{"a":2}}]}`,
  `{"metrics":[{${part}}],"metrics":[{"dimensions":{"b":2}}]}`,
  `{${part},"metrics":[{"value":1}]}`,
  `{${part}}`,
  `{"metrics":[{"x":"dimensions",${part}}]}`,
  '{"metrics":[{"x""dimensions":{"a":1}}]}',
  '{"metrics":[{"dimensions":{"a":1]}',
  '{"metrics":[{"dimensions":{"a":1}',
  '{"metrics":[{"dimensions":{"__proto__":1},"__proto__":{}}]}',
  '{"metrics":[{"dimensions" : {"a":1}}]}',
  '{"metrics":[{"dimensions":\n{"a":1}}]}',
])('reads as JSON.parse does: %s', (text) => {
  expect(outcome(parse, text)).toEqual(outcome(JSON.parse, text))
})

test('reads as JSON.parse does, whatever is missing or doubled', () => {
  let seed = 7
  const random = (most: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * most)
  }
  for (let round = 0; round < 3000; round++) {
    const at = random(body.length)
    const to = Math.min(body.length, at + random(12))
    const text = body.slice(0, at) + body.slice(random(body.length)).slice(0, random(8)) + body.slice(to)
    const [ours, theirs] = [outcome(parse, text), outcome(JSON.parse, text)]
    if (!Bun.deepEquals(ours, theirs, true)) expect([text, ours]).toEqual([text, theirs])
  }
})

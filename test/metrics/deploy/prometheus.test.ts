import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { eventually, type Prometheus, startPrometheus } from '../../kit/prometheus'
import { promtool } from '../../kit/promtool'
import { type MetricsRig, startMetrics } from '../rig'
import {
  alertExpressions,
  configThatWrites,
  dashboardExpressions,
  deployed,
  guideExpressions,
} from './expressions'
import { feed } from './feed'

const file = (name: string) => join(import.meta.dir, '../../../deploy/prometheus', name)

test('configuration and rules are valid, and the rules do what their tests say', async () => {
  for (const args of [
    ['check', 'config', file('prometheus.yml')],
    ['check', 'rules', file('alerts.yml')],
    ['test', 'rules', file('alerts.test.yml')],
  ]) {
    const { code, said } = await promtool(args)
    expect(`${code} ${said}`).toStartWith('0 ')
    expect(said).toContain('SUCCESS')
  }
  const { code, said } = await promtool(
    ['check', 'config', '--syntax-only', '/dev/stdin'],
    configThatWrites(),
  )
  expect(`${code} ${said}`).toStartWith('0 ')
})

test('every alert has a test in which it fires', () => {
  const text = deployed('prometheus/alerts.test.yml')
  const fired = [...text.matchAll(/alertname: (\w+)\n\s+exp_alerts:/g)].map((match) => match[1])
  expect(new Set(fired)).toEqual(new Set(alertExpressions().map(({ where }) => where)))
})

let rig: MetricsRig
let probes: Bun.Server<undefined>
let prometheus: Prometheus
let feeding = true
let fed: Promise<void> | undefined

beforeAll(async () => {
  rig = await startMetrics()
  // Ready no longer: its probe is the 5xx that rules and panels look at.
  rig.drain()
  probes = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => rig.probes.fetch(request) })
  const rules = deployed('prometheus/alerts.yml')
  const config = deployed('prometheus/prometheus.yml')
    .replaceAll('15s', '500ms')
    .replace('localhost:9465', `127.0.0.1:${probes.port}`)
  prometheus = await startPrometheus(config, { 'alerts.yml': rules })
  fed = (async () => {
    while (feeding) {
      await feed(rig)
      await Bun.sleep(100)
    }
  })()
  await eventually(async () => {
    const [two] = await prometheus.query('count_over_time(up[1m]) >= 6')
    return two
  })
}, 60_000)

afterAll(async () => {
  feeding = false
  await fed
  await prometheus?.stop()
  await probes.stop(true)
  await rig.close()
})

const all = [...dashboardExpressions(), ...alertExpressions(), ...guideExpressions]

test('there is something to run', () => {
  expect(all.length).toBeGreaterThan(35)
})

test.each(all)('$where: $text', async ({ text }) => {
  // A scrape that came too late on a busy machine leaves a hole that the next one fills.
  await eventually(async () => {
    const found = await prometheus.query(text)
    return found.find(({ value }) => Number.isFinite(Number(value[1])))
  })
})

test('Prometheus has the rules, and none of them fails', async () => {
  interface Groups {
    groups: { rules: { name: string; health: string }[] }[]
  }
  const { groups } = await eventually(async () => {
    const found = await prometheus.ask<Groups>('rules')
    const rules = found.groups.flatMap((group) => group.rules)
    return rules.every(({ health }) => health !== 'unknown') ? found : undefined
  })
  const health = Object.fromEntries(
    groups.flatMap(({ rules }) => rules.map((rule) => [rule.name, rule.health])),
  )
  expect(health).toEqual(Object.fromEntries(alertExpressions().map(({ where }) => [where, 'ok'])))
})

test('the labels are those that the panels name', async () => {
  const [rate] = await prometheus.query('last_over_time(http_requests_total{status="503"}[1m])')
  expect(rate!.metric).toMatchObject({ method: 'GET', endpoint: '/readyz' })
  const [tokens] = await prometheus.query('last_over_time(rate_limit_available_tokens[1m])')
  expect(tokens!.metric).toMatchObject({ service: 'auth-server', job: 'metrics-service' })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const deploy = join(import.meta.dir, '../../../deploy')

export interface Expression {
  where: string
  text: string
}

/** Text of a file below deploy/. */
export const deployed = (path: string): string => readFileSync(join(deploy, path), 'utf8')

/** The configuration of Prometheus, with its commented `remote_write` in force. */
export const configThatWrites = (): string =>
  deployed('prometheus/prometheus.yml').replace(/^# (?=remote_write:| )/gm, '')

interface Panel {
  title: string
  targets?: { expr: string }[]
}

/** Every expression of the dashboard. */
export function dashboardExpressions(): Expression[] {
  const { panels } = JSON.parse(deployed('grafana/metrics.json')) as { panels: Panel[] }
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ where: title, text: expr })),
  )
}

interface Rule {
  alert: string
  expr: string
}

/** What every alert compares: its expression without the limit. */
export function alertExpressions(): Expression[] {
  const { groups } = Bun.YAML.parse(deployed('prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] }
  return groups.flatMap(({ rules }) =>
    rules.map(({ alert, expr }) => ({ where: alert, text: expr.replace(/\s(==|<|>)\s[\d.]+\s*$/, '') })),
  )
}

/** The expressions of the guide that the predecessor's users have in their dashboards and rules. */
export const guideExpressions: Expression[] = [
  'rate(http_requests_total[5m])',
  'rate(http_requests_total{status=~"4..|5.."}[5m])',
  'rate_limit_available_tokens',
  'up{job="metrics-service"}',
  'rate(http_requests_total{status=~"5.."}[5m])',
].map((text) => ({ where: 'the guide', text }))

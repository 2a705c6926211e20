import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SampleSeries } from '../../../src/modules/metrics/promql/sample-source'
import { emptyFolder } from '../../kit/folder'
import { start } from '../../kit/process'
import { anyPort, readyUrl } from '../../kit/prometheus'

/** A real Prometheus that holds what it was fed. */
export interface Prometheus {
  url: string
  /** `data` of an answer of its API; throws its error. */
  ask<T>(path: string, parameters: Record<string, string>): Promise<T>
  stop(): Promise<unknown>
}

/** Starts Debian's Prometheus with these samples in blocks and nothing to scrape. */
export async function startPrometheus(series: readonly SampleSeries[]): Promise<Prometheus> {
  const folder = emptyFolder()
  const data = join(folder, 'data')
  mkdirSync(data)
  writeFileSync(join(folder, 'samples.txt'), openMetrics(series))
  const fed = Bun.spawnSync(
    ['promtool', 'tsdb', 'create-blocks-from', 'openmetrics', '--quiet', join(folder, 'samples.txt'), data],
    { stderr: 'pipe' },
  )
  if (fed.exitCode !== 0) throw new Error(`promtool: ${fed.stderr}`)
  writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n')
  const server = start(
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=30y',
      anyPort,
    ],
    { cwd: folder, command: ['prometheus'] },
  )
  const url = await readyUrl(server)
  return {
    url,
    async ask<T>(path: string, parameters: Record<string, string>) {
      const answer = await fetch(`${url}${path}?${new URLSearchParams(parameters)}`)
      const body = (await answer.json()) as { status: string; data: T; error?: string }
      if (body.status !== 'success') throw new Error(`Prometheus: ${body.error}`)
      return body.data
    },
    stop: () => server.end('SIGKILL'),
  }
}

/** Every sample as a line with its time. */
function openMetrics(series: readonly SampleSeries[]): string {
  const lines = series.flatMap(({ labels, times, values }) => {
    const pairs = [...labels].filter(([name]) => name !== '__name__')
    const text = pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')
    const number = (value: number) => (Number.isFinite(value) ? value : Number.isNaN(value) ? 'NaN' : '+Inf')
    return Array.from(
      times,
      (time, at) => `${labels.get('__name__')}{${text}} ${number(values[at]!)} ${time / 1000}`,
    )
  })
  return `${lines.join('\n')}\n# EOF\n`
}

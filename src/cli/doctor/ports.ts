import type { Config } from '../../platform/config/settings'
import { type Finding, fail, pass } from './finding'
import { isLive, localUrl } from './local-server'

/** Whether the ports can be had; a running Holdfast on them is fine. */
export async function checkPorts(config: Config): Promise<Finding[]> {
  const wanted: ['PORT' | 'OTEL_PROMETHEUS_PORT', boolean][] = [
    ['PORT', true],
    ['OTEL_PROMETHEUS_PORT', config.OTEL_PROMETHEUS_ENABLED],
  ]
  const used = wanted.filter(([, enabled]) => enabled)
  return Promise.all(used.map(([setting]) => checkPort(setting, config.HOST, config[setting])))
}

async function checkPort(setting: string, host: string, port: number): Promise<Finding> {
  const check = setting === 'PORT' ? 'port' : 'prometheus port'
  try {
    Bun.listen({ hostname: host, port, socket: { data() {} } }).stop(true)
    return pass(check, port === 0 ? `${host}, any free port` : `${host}:${port} is free`)
  } catch (error) {
    if (await isLive(localUrl(host, port)))
      return pass(check, `${host}:${port} is served by a running Holdfast`)
    const { code } = error as NodeJS.ErrnoException
    return fail(
      check,
      `${host}:${port} cannot be had (${code ?? 'busy'})`,
      `stop what listens there, or set ${setting}`,
    )
  }
}

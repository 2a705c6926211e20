import { ConfigError, type Loaded } from '../../platform/config/load'
import type { Command, Invocation } from '../command'
import { exit } from '../exit'
import { sayWhere } from '../open'
import { columns, printData } from '../print'
import { checkBackups } from './backups'
import { checkDataFolder } from './data-folder'
import { checkDatabase } from './database'
import { type Finding, fail, pass } from './finding'
import { checkIssuer } from './issuer'
import { checkRedis, checkSupabase } from './neighbours'
import { checkPorts } from './ports'
import { checkCompiler, checkGit } from './runtime'

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check settings, data, database, clocks, ports and neighbours, and say what to do',
  details:
    'Changes nothing. Exits with 1 when a check fails, with 78 when settings are wrong; warnings alone exit with 0.',
  json: true,
  example: 'holdfast doctor --json',
  async run(invocation) {
    const { findings, wrongSettings } = await examine(invocation)
    const failed = findings.some(({ status }) => status === 'fail')
    printData(invocation, { ok: !failed, checks: findings }, () => table(findings))
    return wrongSettings ? exit.badSettings : failed ? exit.failed : exit.done
  },
}

async function examine(invocation: Invocation): Promise<{ findings: Finding[]; wrongSettings: boolean }> {
  let loaded: Loaded
  try {
    loaded = invocation.load()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const findings = error.faults.map((fault) =>
      fail('settings', fault, 'correct it; holdfast config shows all of them'),
    )
    return { findings, wrongSettings: true }
  }
  return { findings: await check(loaded, invocation), wrongSettings: false }
}

async function check({ config, entries }: Loaded, { terminal }: Invocation): Promise<Finding[]> {
  sayWhere(terminal, config)
  const set = entries.filter(({ source }) => source !== 'default' && source !== 'computed').length
  return [
    pass('settings', `${set} set, ${entries.length - set} at their defaults`),
    ...checkDataFolder(config.DATA_DIR!),
    ...(await checkDatabase(config)),
    ...checkBackups(config),
    ...(await checkRedis(config)),
    ...(await checkSupabase(config)),
    ...(await checkIssuer(config)),
    ...(await checkPorts(config)),
    await checkGit(),
    checkCompiler(),
  ]
}

function table(findings: Finding[]): string {
  return columns(
    findings.map(({ check, status, detail, next }) => [
      status,
      check,
      next ? `${detail}\n      → ${next}` : detail,
    ]),
  )
}

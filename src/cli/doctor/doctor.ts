import { ConfigError, type Loaded } from '../../platform/config/load'
import type { Command, Invocation } from '../command'
import { exit } from '../exit'
import { sayWhere } from '../open'
import { columns, printData } from '../print'
import { checkBackups } from './backups'
import { writeBundle } from './bundle'
import { checkDataFolder } from './data-folder'
import { checkDatabase } from './database'
import { type Finding, fail, pass } from './finding'
import { checkIssuer } from './issuer'
import { findServer } from './local-server'
import { checkMcp } from './mcp'
import { checkRedis, checkSupabase } from './neighbours'
import { checkPorts } from './ports'
import { checkPostgresLink } from './postgres-link'
import { checkProxies } from './proxies'
import { checkPublicUrl } from './public-url'
import { checkCompiler, checkGit, checkOutgoingTls } from './runtime'

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check settings, data, database, clocks, ports and neighbours, and say what to do',
  details:
    'Changes nothing; where a server runs, HOLDFAST_KEY lets it be called over MCP. --bundle writes an archive for whoever helps: checks, settings without secrets, versions, sizes. Exits with 1 when a check fails, with 78 when settings are wrong; warnings alone exit with 0.',
  flags: { bundle: { description: 'write holdfast-support-TIME.tar.gz, redacted, into this folder' } },
  json: true,
  example: 'holdfast doctor --json',
  async run(invocation) {
    const { findings, loaded } = await examine(invocation)
    const wrongSettings = loaded === undefined
    const failed = findings.some(({ status }) => status === 'fail')
    const bundle =
      invocation.flags.bundle === true ? await writeBundle(invocation.terminal, findings, loaded) : undefined
    printData(
      invocation,
      { ok: !failed, checks: findings, ...(bundle && { bundle }) },
      () => table(findings) + (bundle ? `\n\nWritten: ${bundle}; look through it before you send it` : ''),
    )
    return wrongSettings ? exit.badSettings : failed ? exit.failed : exit.done
  },
}

async function examine(invocation: Invocation): Promise<{ findings: Finding[]; loaded?: Loaded }> {
  let loaded: Loaded
  try {
    loaded = invocation.load()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const findings = error.faults.map((fault) =>
      fail('settings', fault, 'correct it; holdfast config shows all of them'),
    )
    return { findings }
  }
  return { findings: await check(loaded, invocation), loaded }
}

async function check({ config, entries }: Loaded, { terminal }: Invocation): Promise<Finding[]> {
  sayWhere(terminal, config)
  const set = entries.filter(({ source }) => source !== 'default' && source !== 'computed').length
  const server = await findServer(config)
  return [
    pass('settings', `${set} set, ${entries.length - set} at their defaults`),
    ...checkDataFolder(config),
    ...(await checkDatabase(config)),
    ...(await checkPostgresLink(config)),
    ...checkBackups(config),
    ...(await checkRedis(config)),
    ...(await checkSupabase(config)),
    ...(await checkIssuer(config)),
    ...(await checkPorts(config)),
    ...(server ? await checkMcp(server, terminal.env.HOLDFAST_KEY) : []),
    ...(await checkPublicUrl(config, server)),
    ...(await checkProxies(config, server)),
    ...checkOutgoingTls(terminal.env),
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

import { Database } from 'bun:sqlite'
import { lstatSync, readdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, release, totalmem } from 'node:os'
import { join, relative } from 'node:path'
import type { Loaded } from '../../platform/config/load'
import type { Config } from '../../platform/config/settings'
import { version } from '../../version'
import type { Terminal } from '../terminal'
import type { Finding } from './finding'
import { findServer, localUrl } from './local-server'
import { type Mask, masked, maskFor } from './secrets'

const about = `What "holdfast doctor --bundle" gathered for whoever helps you. Secrets, email addresses and what users wrote are not in
it; names of hosts and folders are. Look through it before you send it.

doctor.json       the checks and what they found
settings.json     every setting, its value and where it came from; secrets as ********
machine.json      versions, memory, processors
data-folder.json  names, sizes, owners and ages of the files; nothing of what is in them
status.json       the running server's own account of its parts, where one runs
series.txt        the running server's series that tell of itself alone, where one runs
`

/** Writes the archive into the working directory, for its owner alone, and returns its path. `loaded` is absent where settings are wrong. */
export async function writeBundle(
  terminal: Terminal,
  findings: Finding[],
  loaded: Loaded | undefined,
): Promise<string> {
  const mask = maskFor(loaded, [terminal.env.HOLDFAST_KEY, terminal.env.HOLDFAST_API_KEY])
  const json = (value: unknown) => `${JSON.stringify(masked(value, mask), null, 2)}\n`
  const files: Record<string, string> = {
    'README.txt': about,
    'doctor.json': json(findings),
    'machine.json': json(machine()),
  }
  if (loaded) {
    files['settings.json'] = json(loaded.entries.map(({ description: _, ...entry }) => entry))
    files['data-folder.json'] = json(listFolder(loaded.config.DATA_DIR!))
    Object.assign(files, await askServer(loaded.config, json, mask))
  }
  const name = `holdfast-support-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}.tar.gz`
  const path = join(terminal.cwd, name)
  const archive = new Bun.Archive(files, { compress: 'gzip' })
  writeFileSync(path, await archive.bytes(), { mode: 0o600, flag: 'wx' })
  return relative(terminal.cwd, path)
}

function machine(): Record<string, unknown> {
  const memory = new Database(':memory:')
  const sqlite = (memory.query('select sqlite_version() as version').get() as { version: string }).version
  memory.close()
  return {
    holdfast: version,
    bun: Bun.version,
    sqlite,
    system: `${process.platform} ${release()} ${process.arch}`,
    user: process.getuid?.() ?? null,
    processors: availableParallelism(),
    memory_bytes: totalmem(),
    memory_limit_bytes: process.constrainedMemory() || null,
    supervisor: supervisor(),
  }
}

function supervisor(): string | null {
  const { FLY_APP_NAME, KUBERNETES_SERVICE_HOST, INVOCATION_ID } = Bun.env
  return FLY_APP_NAME ? 'Fly.io' : KUBERNETES_SERVICE_HOST ? 'Kubernetes' : INVOCATION_ID ? 'systemd' : null
}

/** Only the first level: below it names may come from users. */
function listFolder(folder: string): Record<string, unknown>[] {
  try {
    return readdirSync(folder).map((name) => {
      const entry = lstatSync(join(folder, name))
      const { size, mode, uid, mtime } = entry
      const kind = entry.isDirectory() ? 'folder' : 'file'
      return {
        name,
        kind,
        bytes: size,
        mode: (mode & 0o777).toString(8),
        user: uid,
        changed: mtime.toISOString(),
      }
    })
  } catch {
    return []
  }
}

/** Label names whose values are our own words; series with any other are left out. */
const own = new Set(
  'state operation outcome status method endpoint kind tier window version le quantile result reason era'.split(
    ' ',
  ),
)

async function askServer(
  config: Config,
  json: (value: unknown) => string,
  mask: Mask,
): Promise<Record<string, string>> {
  const server = await findServer(config)
  if (!server) return {}
  const signal = AbortSignal.timeout(5000)
  const files: Record<string, string> = {}
  try {
    files['status.json'] = json(await (await fetch(server + config.STATUS_ENDPOINT, { signal })).json())
    if (config.OTEL_PROMETHEUS_ENABLED) {
      const url = `${localUrl(config.HOST, config.OTEL_PROMETHEUS_PORT)}/metrics`
      const lines = (await (await fetch(url, { signal })).text()).split('\n')
      files['series.txt'] = lines.filter(isOwn).map(mask).join('\n')
    }
  } catch {
    // A server that stops answering in the middle leaves what was gathered so far.
  }
  return files
}

function isOwn(line: string): boolean {
  if (line.startsWith('#') || !line.includes('{')) return true
  return [...line.matchAll(/[{,]([a-z_]\w*)="/gi)].every(([, label]) => own.has(label!))
}

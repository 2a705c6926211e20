import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from './serve'

const main = join(import.meta.dir, '../../src/main.ts')
const binary = process.env.HOLDFAST_BINARY

/** The words that start the server: HOLDFAST_BINARY, or the sources. */
export const command = binary ? [binary] : [process.execPath, main]

/** The server on an empty data folder, with a key that is counted and that no window stops. */
export async function startHoldfast(settings: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const env = { DATA_DIR: folder, PORT: '0', OTEL_PROMETHEUS_PORT: '0', LOG_LEVEL: 'INFO', ...settings }
  const served = await serve([...command, 'serve'], env)
  const { id, key } = addKey(env)
  liftLimits(folder, id)
  return {
    ...served,
    key,
    async stop() {
      await served.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type Holdfast = Awaited<ReturnType<typeof startHoldfast>>

function addKey(env: Record<string, string>): { id: string; key: string } {
  const args = [...command, 'keys', 'create', '--user-id', 'bench', '--tier', 'premium', '--json']
  const made = Bun.spawnSync(args, { env: { PATH: process.env.PATH ?? '', ...env } })
  return JSON.parse(made.stdout.toString())
}

/** Every window is counted, and none is ever full. */
function liftLimits(folder: string, id: string): void {
  const { Database } = require('bun:sqlite') as typeof import('bun:sqlite')
  const db = new Database(join(folder, 'holdfast.db'))
  db.run('pragma busy_timeout = 5000')
  const limits = JSON.stringify({ burst: 1e9, hour: 1e9, day: 1e9, month: 1e9 })
  db.run("update api_keys set tier = 'enterprise', limits = ? where id = ?", [limits, id])
  db.close()
}

import { join } from 'node:path'
import { type App, createApp, fitSchema, openPlatform, type Platform } from '../app'
import type { Config } from '../platform/config/settings'
import type { Invocation } from './command'
import type { Terminal } from './terminal'

/** Says on stderr which data a command is about to work on, without credentials. */
export function sayWhere(terminal: Terminal, { DATABASE_URL, DATA_DIR }: Config): void {
  const url = DATABASE_URL ? new URL(DATABASE_URL) : undefined
  const where = url ? `Postgres: ${url.host}${url.pathname}` : `SQLite: ${join(DATA_DIR!, 'holdfast.db')}`
  terminal.warn(`Using ${where}\n`)
}

/** Runs `work` on the open database; with `schema: 'any'` as it is, else brought to (or refused at) this binary's schema. */
export async function withPlatform<T>(
  invocation: Invocation,
  work: (platform: Platform) => Promise<T>,
  schema: 'fitting' | 'any' = 'fitting',
): Promise<T> {
  const loaded = quiet(invocation)
  sayWhere(invocation.terminal, loaded.config)
  const platform = await openPlatform(loaded)
  try {
    if (schema === 'fitting') await fitSchema(platform, false)
    return await work(platform)
  } finally {
    await platform.close()
  }
}

/** Runs `work` on the whole server without listeners, and without background jobs unless they are what it is about. */
export async function withApp<T>(
  invocation: Invocation,
  work: (app: App) => Promise<T>,
  { jobs = false }: { jobs?: boolean } = {},
): Promise<T> {
  const loaded = quiet(invocation)
  sayWhere(invocation.terminal, loaded.config)
  const app = await createApp(loaded, { jobs })
  try {
    return await work(app)
  } finally {
    await app.close()
  }
}

/** Commands that answer a person say what matters themselves; the log adds what is wrong, unless asked for more. */
function quiet(invocation: Invocation) {
  const loaded = invocation.load()
  const entry = loaded.entries.find(({ name }) => name === 'LOG_LEVEL')
  const LOG_LEVEL = entry?.source === 'default' ? 'WARNING' : loaded.config.LOG_LEVEL
  return { ...loaded, config: { ...loaded.config, LOG_LEVEL } }
}

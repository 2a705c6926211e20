import { type App, createApp, fitSchema, openPlatform, type Platform } from '../app'
import type { Storage } from '../platform/storage/storage'
import type { Invocation } from './command'
import type { Terminal } from './terminal'

/** Says on stderr which data a command works on, without credentials. */
export function sayWhere(terminal: Terminal, { dialect, location }: Storage): void {
  terminal.warn(`Using ${dialect === 'sqlite' ? 'SQLite' : 'Postgres'}: ${location}\n`)
}

/** Runs `work` on the open database; with `schema: 'any'` as it is, else brought to (or refused at) this binary's schema. */
export async function withPlatform<T>(
  invocation: Invocation,
  work: (platform: Platform) => Promise<T>,
  schema: 'fitting' | 'any' = 'fitting',
): Promise<T> {
  const platform = await openPlatform(quiet(invocation))
  try {
    sayWhere(invocation.terminal, platform.storage)
    if (schema === 'fitting') await fitSchema(platform, false)
    return await work(platform)
  } finally {
    await platform.close()
  }
}

/** Runs `work` on the whole server without listeners and background jobs. */
export async function withApp<T>(invocation: Invocation, work: (app: App) => Promise<T>): Promise<T> {
  const app = await createApp(quiet(invocation), { jobs: false })
  try {
    sayWhere(invocation.terminal, app.storage)
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

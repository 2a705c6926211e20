import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { settings } from '../../src/core/setting'
import type { Declares } from '../../src/platform/config/declared'
import { ConfigError, type Loaded, loadConfig, type Sources } from '../../src/platform/config/load'
import { emptyFolder } from '../kit/folder'

export { emptyFolder }

/** A folder with this `.env` in it. */
export function writeEnvFile(text: string): string {
  const folder = emptyFolder()
  writeFileSync(join(folder, '.env'), text)
  return folder
}

/** A module with a setting of each sort. */
export const notes: Declares = {
  name: 'notes',
  title: 'Notes',
  settings: {
    NOTES_LIMIT: settings.int(1, 10)({ default: 3, aliases: ['NOTE_MAXIMUM'], description: 'How many.' }),
    NOTES_TOKEN: settings.text({ default: undefined, secret: true, description: 'A secret.' }),
  },
}

export const load = (sources: Partial<Sources> = {}): Loaded =>
  loadConfig({ env: {}, flags: {}, cwd: emptyFolder(), modules: [notes], ...sources })

/** The faults that loading ends with; empty when there are none. */
export function faultsOf(sources: Partial<Sources>): string[] {
  try {
    load(sources)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

/** How a setting is shown. */
export const entry = (loaded: Loaded, name: string) => loaded.entries.find((one) => one.name === name)!

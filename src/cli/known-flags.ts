import type { Command } from './command'
import { settingFlags } from './setting-flags'

/** A command line, understood. */
export interface Parsed {
  flags: Record<string, string | true | undefined>
  positionals: string[]
  /** Settings given as flags, by variable. */
  settings: Record<string, string>
  envFile: string | undefined
  json: boolean
  help: boolean
}

/** How a flag is read. */
export interface Known {
  /** Takes a value; `either` may also stand alone. */
  value: 'always' | 'never' | 'either'
  take(parsed: Parsed, text: string | undefined): void
}

/** Every flag of a command by name: its own, `--help`, `--json`, and the settings. */
export function knownFlags(command: Command): Map<string, Known> {
  const known = new Map<string, Known>()
  if (command.settings ?? true) addSettings(known)
  known.set('help', {
    value: 'never',
    take: (parsed) => {
      parsed.help = true
    },
  })
  if (command.json) {
    known.set('json', {
      value: 'never',
      take: (parsed) => {
        parsed.json = true
      },
    })
  }
  for (const [name, flag] of Object.entries(command.flags ?? {})) {
    known.set(name, {
      value: flag.value ? 'always' : 'never',
      take: (parsed, text) => {
        parsed.flags[name] = text ?? true
      },
    })
  }
  return known
}

function addSettings(known: Map<string, Known>): void {
  for (const [name, { variable, bool }] of settingFlags()) {
    known.set(name, {
      value: bool ? 'either' : 'always',
      take: (parsed, text) => {
        parsed.settings[variable] = text ?? 'true'
      },
    })
  }
  known.set('env-file', {
    value: 'always',
    take: (parsed, text) => {
      parsed.envFile = text
    },
  })
}

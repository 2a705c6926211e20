import { modules } from '../app'
import { declaredSettings } from '../platform/config/declared'

/** `--data-dir` for DATA_DIR. */
export const flagOf = (setting: string) => setting.toLowerCase().replaceAll('_', '-')

/** Every flag that sets a setting (aliases and `…-file` of secrets too): its variable, and whether it may stand without a value. */
export function settingFlags(): Map<string, { variable: string; bool: boolean }> {
  const flags = new Map<string, { variable: string; bool: boolean }>()
  for (const { names, setting } of declaredSettings(modules)) {
    const bool = typeof setting.default === 'boolean'
    for (const variable of names) {
      flags.set(flagOf(variable), { variable, bool })
      if (setting.secret) flags.set(flagOf(`${variable}_FILE`), { variable: `${variable}_FILE`, bool: false })
    }
  }
  return flags
}

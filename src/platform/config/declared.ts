import type { Module } from '../../core/module'
import type { Setting, Settings } from '../../core/setting'
import { platformSettings } from './settings'

/** What the settings of a module are declared under. */
export type Declares = Pick<Module, 'name' | 'title' | 'settings'>

/** Texts by name, as an environment holds them. */
export type Variables = Record<string, string | undefined>

/** One declared setting and where it belongs. */
export interface Declared {
  name: string
  setting: Setting<unknown>
  /** Null for the platform's own. */
  module: string | null
  /** Every variable that gives it, best first: `HOLDFAST_<NAME>`, the name, its aliases. */
  names: readonly string[]
}

/** Every setting may also be written with this in front, for environments where `PORT` alone means something else. */
export const prefix = 'HOLDFAST_'

function declare(module: string | null, table: Settings): Declared[] {
  return Object.entries(table).map(([name, setting]) => {
    const own = name.startsWith(prefix) ? [name] : [prefix + name, name]
    return { name, setting, module, names: [...own, ...(setting.aliases ?? [])] }
  })
}

/** The settings of the platform and of these modules, in the order they are documented. Throws when two want one name. */
export function declaredSettings(modules: readonly Declares[]): Declared[] {
  const all = [
    ...declare(null, platformSettings),
    ...modules.flatMap((module) => declare(module.name, module.settings)),
  ]
  const owners = new Map<string, string>()
  for (const { name, module, names } of all) {
    for (const variable of names) {
      const other = owners.get(variable)
      if (other)
        throw new Error(`setting ${variable} is declared twice: by ${other} and ${module ?? 'the platform'}`)
      owners.set(variable, `${module ?? 'the platform'} (${name})`)
    }
  }
  return all
}

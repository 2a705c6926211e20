import { resolve } from 'node:path'
import { checkModules, crossCheck } from './cross-check'
import { type Declared, type Declares, declaredSettings, type Variables } from './declared'
import { ConfigError } from './fault'
import { findNearMisses } from './near-miss'
import { nearest } from './nearest'
import type { Config } from './settings'
import {
  type Found,
  find,
  findFamily,
  readEnvFile,
  type Source,
  type SourceName,
  UnreadableFile,
} from './sources'

export { ConfigError } from './fault'

/** Where settings may come from. `flags` are keyed like the environment (`PORT`, `DATA_DIR`). */
export interface Sources {
  env: Variables
  flags: Variables
  /** Path given as `--env-file`; without it, `.env` in `cwd` when it exists. */
  envFile?: string
  cwd: string
  modules: readonly Declares[]
  /** Whether people read the log; default: stderr is a terminal. */
  terminal?: boolean
}

/** One setting as it stands, fit to be shown. */
export interface SettingEntry {
  name: string
  /** Null for the platform's own. */
  module: string | null
  /** As text; a secret as `********`; empty when not set. */
  value: string
  source: SourceName
  /** The variable, flag or file that gave the value; null for defaults. */
  from: string | null
  secret: boolean
  description: string
}

export interface Loaded {
  config: Config
  /** Each module's parsed settings by its name. */
  modules: Record<string, unknown>
  /** Every setting with its value and source, for `holdfast config`. */
  entries: SettingEntry[]
  /** Lines for stderr: odd, but not wrong. */
  warnings: string[]
}

/**
 * Reads every setting: flags, then the environment, then the env file, then defaults. Within one source `HOLDFAST_<NAME>` wins over the
 * declared name, that over its aliases, these over files (`NAME_FILE`, `$CREDENTIALS_DIRECTORY/name`; secrets only). An empty text is not
 * set. Throws ConfigError with every fault; no fault repeats a value.
 */
export function loadConfig(input: Sources): Loaded {
  const all = declaredSettings(input.modules)
  const [faults, warnings]: [string[], string[]] = [[], []]
  const sources = openSources(input, faults, warnings)
  const misses = findNearMisses(all, sources)
  faults.push(...misses.faults)
  warnings.push(...misses.warnings)
  const read = all.map((declared) => readSetting(declared, sources, input.cwd, faults))
  const computed = computeDefaults(read, input)
  const config = valuesOf(read, null) as Config
  const names = input.modules.map((module) => module.name)
  faults.push(...checkModules(config.MODULES, names, (name) => didYouMean(nearest(name, names))))
  if (faults.length === 0) faults.push(...crossCheck(config))
  if (faults.length > 0) throw new ConfigError(faults)
  const modules = Object.fromEntries(input.modules.map(({ name }) => [name, valuesOf(read, name)]))
  return { config, modules, warnings, entries: read.map((one) => entryOf(one, computed)) }
}

const didYouMean = (meant: string | undefined) => (meant ? `; did you mean ${meant}?` : '')

function openSources(input: Sources, faults: string[], warnings: string[]): Source[] {
  const sources: Source[] = [
    { name: 'flag', variables: input.flags },
    { name: 'environment', variables: input.env },
  ]
  try {
    const file = readEnvFile(input.envFile, input.cwd)
    if (file) sources.push({ name: 'env file', variables: file.variables })
    // What stands there may be the rest of a secret: it is not repeated.
    for (const line of file?.odd ?? [])
      warnings.push(`${file!.path}, line ${line}: is no NAME=value, and was left out`)
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    faults.push(error.message)
  }
  return sources
}

interface Read {
  declared: Declared
  found: Found | undefined
  value: unknown
}

function readSetting(declared: Declared, sources: Source[], cwd: string, faults: string[]): Read {
  let found: Found | undefined
  try {
    found = declared.setting.family ? findFamily(declared, sources, cwd) : find(declared, sources, cwd)
    return { declared, found, value: found ? declared.setting.parse(found.text) : declared.setting.default }
  } catch (error) {
    const message = publicMessage(error as Error, declared, found)
    faults.push(
      found
        ? `${declared.name} (${describe(found, declared.name)}): ${message}`
        : `${declared.name}: ${message}`,
    )
    return { declared, found, value: declared.setting.default }
  }
}

/** `environment` or, where another name gave it, `environment, METRICS_SERVICE_PORT`. */
const describe = ({ source, from }: Found, name: string) => (from === name ? source : `${source}, ${from}`)

/** A parser of a secret may not tell the secret, whatever it throws. */
function publicMessage({ message }: Error, { setting }: Declared, found: Found | undefined): string {
  return setting.secret && found && message.includes(found.text) ? `is no ${setting.kind}` : message
}

/** Fills in what depends on the surroundings; returns the names that were filled. */
function computeDefaults(read: Read[], { env, cwd, modules, terminal }: Sources): Set<string> {
  const state = env.STATE_DIRECTORY?.split(':')[0]
  const people = terminal ?? Boolean(process.stderr.isTTY)
  const defaults: Record<string, unknown> = {
    DATA_DIR: state || 'data',
    LOG_FORMAT: people ? 'text' : 'json',
    MODULES: modules.map((module) => module.name),
  }
  const filled = new Set<string>()
  for (const one of read) {
    const { name } = one.declared
    if (name in defaults && one.value === undefined) {
      one.value = defaults[name]
      filled.add(name)
    }
    if (one.declared.setting.kind === 'path' && one.value !== undefined)
      one.value = resolve(cwd, one.value as string)
  }
  return filled
}

const valuesOf = (read: Read[], module: string | null) =>
  Object.fromEntries(
    read.filter((one) => one.declared.module === module).map((one) => [one.declared.name, one.value]),
  )

function entryOf({ declared, found, value }: Read, computed: Set<string>): SettingEntry {
  const { name, module, setting } = declared
  const secret = setting.secret ?? false
  const source = found?.source ?? (computed.has(name) ? 'computed' : 'default')
  return {
    name,
    module,
    value: secret && isSet(value) ? '********' : showValue(value),
    source,
    from: found?.from ?? null,
    secret,
    description: setting.description,
  }
}

const isSet = (value: unknown) =>
  value !== undefined && value !== '' && (typeof value !== 'object' || Object.keys(value ?? {}).length > 0)

function showValue(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'object' && !Array.isArray(value)) return Object.keys(value).join(',')
  const text = Array.isArray(value) ? value.join(',') : String(value)
  return text.replace(/(\w:\/\/)[^/@\s]+@/g, '$1********@')
}

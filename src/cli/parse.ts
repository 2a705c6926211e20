import { parseArgs } from 'node:util'
import { nearest } from '../platform/config/nearest'
import { type Command, UsageError } from './command'
import { type Known, knownFlags, type Parsed } from './known-flags'

type OptionToken = { name: string; rawName: string; value?: string; inlineValue?: boolean }

/** Reads the words after a command's name. Throws UsageError for anything it does not know. */
export function parse(command: Command, args: string[]): Parsed {
  const known = knownFlags(command)
  const parsed: Parsed = {
    flags: {},
    positionals: [],
    settings: {},
    envFile: undefined,
    json: false,
    help: false,
  }
  const options = Object.fromEntries(
    [...known].map(([name, { value }]) => [
      name,
      { type: value === 'always' ? 'string' : 'boolean' } as const,
    ]),
  )
  const { tokens } = parseArgs({
    args,
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind === 'option') takeOption(command, known, parsed, token)
    if (token.kind === 'positional') parsed.positionals.push(token.value)
  }
  if (!parsed.help) checkPositionals(command, parsed)
  return parsed
}

function takeOption(command: Command, known: Map<string, Known>, parsed: Parsed, token: OptionToken): void {
  const flag = known.get(token.name)
  const switched = token.name.startsWith('no-') ? known.get(token.name.slice(3)) : undefined
  if (!flag) {
    if (switched?.value !== 'either' || token.value !== undefined) throw unknownFlag(command, known, token)
    switched.take(parsed, 'false')
    return
  }
  if (flag.value === 'never' && token.value !== undefined) {
    throw new UsageError(`${token.rawName} takes no value`, command.name)
  }
  if (flag.value === 'always') checkValue(command, token)
  flag.take(parsed, token.value)
}

function unknownFlag(
  command: Command,
  known: Map<string, Known>,
  { name, rawName }: OptionToken,
): UsageError {
  const meant = nearest(name, known.keys())
  const hint = meant ? `; did you mean --${meant}?` : ''
  return new UsageError(`${command.name} has no flag ${rawName}${hint}`, command.name)
}

/** `--port --json` is a forgotten value, not a port called --json. */
function checkValue(command: Command, { rawName, value, inlineValue }: OptionToken): void {
  if (value === undefined || (!inlineValue && /^-./.test(value))) {
    const hint = value === undefined ? '' : ` (one that starts with a dash is written ${rawName}=${value})`
    throw new UsageError(`${rawName} needs a value${hint}`, command.name)
  }
}

function checkPositionals(command: Command, { positionals, flags }: Parsed): void {
  const wanted = command.positionals ?? []
  const surplus = positionals[wanted.length]
  if (surplus !== undefined)
    throw new UsageError(`${command.name}: surplus argument ${surplus}`, command.name)
  const missing = wanted.find((positional, at) => positional.required && positionals[at] === undefined)
  if (missing) throw new UsageError(`${command.name} needs ${missing.name}`, command.name)
  for (const [name, flag] of Object.entries(command.flags ?? {})) {
    if (flag.required && flags[name] === undefined) {
      throw new UsageError(`${command.name} needs --${name} ${flag.value}`, command.name)
    }
  }
}

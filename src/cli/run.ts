import { modules } from '../app'
import { AppError } from '../core/errors'
import { ConfigError, type Loaded, loadConfig } from '../platform/config/load'
import { nearest } from '../platform/config/nearest'
import { scrub } from '../platform/telemetry/scrub'
import { becomeUser } from './become-user'
import { type Command, UsageError } from './command'
import { exit } from './exit'
import { describeFileFault } from './file-fault'
import { commandHelp } from './help'
import { parse } from './parse'
import { requireData } from './require-data'
import type { Terminal } from './terminal'

/** Runs one command line; returns the exit code. What goes wrong is one line on stderr. */
export async function run(argv: string[], terminal: Terminal): Promise<number> {
  let level = terminal.env.LOG_LEVEL
  let name: string | undefined
  try {
    const { command, rest } = startsServer(argv) ? await theServer(argv) : await chooseCommand(argv)
    name = command.name
    const parsed = parse(command, rest)
    if (parsed.help) {
      terminal.print(`${commandHelp(command)}\n`)
      return exit.done
    }
    level = parsed.settings.LOG_LEVEL ?? level
    refuseBunOptions(terminal.env)
    const load = () => {
      const { settings: flags, envFile } = parsed
      const loaded = loadConfig({ env: terminal.env, flags, envFile, cwd: terminal.cwd, modules })
      warn(loaded, terminal)
      becomeUser(loaded.config)
      if (command.existing) requireData(loaded)
      return loaded
    }
    const { flags, positionals, json } = parsed
    return await command.run({ flags, positionals, json, terminal, load })
  } catch (error) {
    return report(error, terminal, level?.toUpperCase() === 'DEBUG', name)
  }
}

const isFlag = (word: string | undefined) => word === undefined || word.startsWith('-')

/** Flags that name a command. */
const named = new Map([
  ['--help', 'help'],
  ['-h', 'help'],
  ['--version', 'version'],
  ['-v', 'version'],
])

/** `serve` is what a line without a command means. */
const startsServer = ([first]: string[]) => first === 'serve' || (isFlag(first) && !named.has(first!))

/** The server is up before the other commands, which bring half of the program along, would be loaded. */
async function theServer(argv: string[]): Promise<Chosen> {
  const { serve } = await import('./serve')
  return { command: serve, rest: argv[0] === serve.name ? argv.slice(1) : argv }
}

/** The command that the first words name. */
async function chooseCommand(argv: string[]): Promise<Chosen> {
  const { commands } = await import('./commands')
  const find = (name: string, rest: string[]) => ({
    command: commands.find((one) => one.name === name)!,
    rest,
  })
  const [first, second] = argv
  const flagged = named.get(first!)
  if (flagged) return find(flagged, argv.slice(1))
  const pair = `${first} ${second}`
  if (commands.some(({ name }) => name === pair)) return find(pair, argv.slice(2))
  if (commands.some(({ name }) => name === first)) return find(first!, argv.slice(1))
  const group = commands.filter(({ name }) => name.startsWith(`${first} `))
  if (group.length === 0) throw new UsageError(`there is no command ${first}${didYouMean(first!, commands)}`)
  if (second === '--help' || second === '-h') return find('help', [first!])
  const names = group.map(({ name }) => name.slice(first!.length + 1))
  const problem = isFlag(second) ? 'needs one of' : `has no ${second}; it has`
  throw new UsageError(`${first} ${problem} ${names.join(', ')}`, first)
}

interface Chosen {
  command: Command
  rest: string[]
}

function didYouMean(word: string, commands: readonly Command[]): string {
  const words = new Set(commands.map(({ name }) => name.split(' ')[0]!))
  const meant = nearest(word, words, 2)
  return meant ? `; did you mean ${meant}?` : ''
}

function warn(loaded: Loaded, terminal: Terminal): void {
  for (const line of loaded.warnings) terminal.warn(`warning: ${line}\n`)
}

/** BUN_OPTIONS=--preload=x runs code of others inside of the server. */
function refuseBunOptions(env: Terminal['env']): void {
  if (!env.BUN_OPTIONS || env.HOLDFAST_ALLOW_BUN_OPTIONS === '1') return
  throw new ConfigError([
    'BUN_OPTIONS: is set, which can load foreign code into this program; unset it, or allow it with HOLDFAST_ALLOW_BUN_OPTIONS=1',
  ])
}

function report(error: unknown, terminal: Terminal, debug: boolean, command: string | undefined): number {
  if (error instanceof UsageError) {
    const about = error.command ?? command
    terminal.warn(`holdfast: ${error.message}\nRun: holdfast help${about ? ` ${about}` : ''}\n`)
    return exit.misused
  }
  if (error instanceof ConfigError) {
    const lines = error.faults.map((fault) => `  ${fault}\n`).join('')
    terminal.warn(`holdfast: the settings are wrong:\n${lines}`)
    return exit.badSettings
  }
  terminal.warn(`holdfast: ${oneLine(error)}\n`)
  if (debug && error instanceof Error) terminal.warn(`${scrub(error.stack ?? '')}\n`)
  return exit.failed
}

function oneLine(error: unknown): string {
  if (error instanceof AppError) return scrub(error.message)
  const fault = describeFileFault(error)
  if (fault) return fault
  const message = error instanceof Error ? error.message.split('\nparams:')[0]! : String(error)
  return scrub(message.trim().replace(/\s*\n\s*/g, ' '))
}

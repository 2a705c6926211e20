import type { Loaded } from '../platform/config/load'
import type { Terminal } from './terminal'

/** A flag of one command; every setting is a flag besides. */
export interface Flag {
  /** What stands for the value in help, e.g. `TIER`; absent for a switch. */
  value?: string
  description: string
  required?: boolean
}

export interface Positional {
  /** As in help, e.g. `ID`. */
  name: string
  required: boolean
}

/** What one run of a command was given. */
export interface Invocation {
  /** Texts by flag name (`user-id`); a switch is `true`. */
  flags: Record<string, string | true | undefined>
  positionals: string[]
  /** `--json` was given. */
  json: boolean
  terminal: Terminal
  /** Reads the settings; prints warnings once. Throws ConfigError. */
  load(): Loaded
}

/** One command: parsed, explained and documented from this declaration. */
export interface Command {
  /** Its words, e.g. `keys create`. */
  name: string
  summary: string
  /** More about it for help, a few sentences. */
  details?: string
  positionals?: Positional[]
  flags?: Record<string, Flag>
  /** Reads settings, so that they are flags of it, and `--env-file` too. Default true. */
  settings?: boolean
  /** Works on data that is there: on SQLite it makes none, and says so. Default false. */
  existing?: boolean
  /** Prints data, as JSON with `--json`. Default false. */
  json?: boolean
  /** A whole command line. */
  example: string
  /** Returns the exit code. */
  run(invocation: Invocation): Promise<number>
}

/** The command was not used as it is meant: exit 2. */
export class UsageError extends Error {
  constructor(
    message: string,
    /** Whose help to look at; empty for the whole list. */
    readonly command = '',
  ) {
    super(message)
    this.name = 'UsageError'
  }
}

/** The text of a flag, or undefined. */
export function textOf({ flags }: Invocation, name: string): string | undefined {
  const value = flags[name]
  return typeof value === 'string' ? value : undefined
}

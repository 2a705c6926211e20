/** One setting: parsed, documented and redacted from this declaration alone. */
export interface Setting<T> {
  /** How the value is written, for help and docs: `integer`, `size`, `list of origins`, … */
  kind: string
  default: T
  /** Shown in docs instead of the default where that one is computed. */
  defaultText?: string
  description: string
  /** Shown as `********`, may come from `NAME_FILE` or `$CREDENTIALS_DIRECTORY/name`. */
  secret?: boolean
  /** Older names that mean the same; the declared name wins. */
  aliases?: readonly string[]
  example?: string
  /** The name ends in `*`: every variable that begins like it belongs, and the value is an object by what stands for the `*`. */
  family?: boolean
  /** Returns the value or throws an Error whose message says what is allowed; never repeats a secret. */
  parse(text: string): T
}

export type Settings = Record<string, Setting<unknown>>

/** The parsed values of a settings table. */
export type Values<S extends Settings> = { [K in keyof S]: S[K] extends Setting<infer T> ? T : never }

type Rest<T> = Omit<Setting<T>, 'kind' | 'parse'>

const setting =
  <T>(kind: string, parse: (text: string) => T) =>
  <D extends T | undefined>(rest: Rest<D>): Setting<D extends undefined ? T | undefined : T> =>
    ({ ...rest, kind, parse }) as never

function integerWithin(text: string, min: number, max: number): number {
  const value = Number(text)
  if (!/^-?\d+$/.test(text) || value < min || value > max) {
    throw new Error(`must be a whole number from ${min} to ${max}`)
  }
  return value
}

const sizes: Record<string, number> = { '': 1, B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }

function parseSize(text: string): number {
  const match = /^(\d+)\s*([KMG]?B)?$/i.exec(text)
  if (!match) throw new Error('must be a size like 512KB or 10MB')
  return Number(match[1]) * sizes[(match[2] ?? '').toUpperCase()]!
}

function parseBool(text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true
  if (/^(0|false|no|off)$/i.test(text)) return false
  throw new Error('must be true or false')
}

function parseUrl(text: string, protocols: readonly string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !protocols.includes(url.protocol.slice(0, -1))) {
    throw new Error(`must be a URL starting with ${protocols.map((p) => `${p}://`).join(' or ')}`)
  }
  return text
}

/** The vocabulary of settings. `undefined` as default means "not set". */
export const settings = {
  text: setting<string>('text', (text) => text),
  /** A file or folder; a relative one is below the folder that the process was started in. */
  path: setting<string>('path', (text) => text),
  bool: setting<boolean>('true or false', parseBool),
  /** Bytes; `10MB` = 10 × 1024 × 1024. */
  size: setting<number>('size', parseSize),
  /** Comma list; blanks around items are dropped, empty items too. */
  list: setting<string[]>('comma list', (text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  ),
  int: (min: number, max: number) => setting<number>('integer', (text) => integerWithin(text, min, max)),
  url: (...protocols: string[]) => setting<string>('URL', (text) => parseUrl(text, protocols)),
  /** Texts under names of the operator's choosing. */
  family: (rest: Rest<Record<string, string>>): Setting<Record<string, string>> => ({
    ...rest,
    kind: 'texts by name',
    family: true,
    parse: (text) => JSON.parse(text) as Record<string, string>,
  }),
  choice: <const C extends string>(...choices: C[]) =>
    setting<C>(choices.join(' | '), (text) => {
      const found = choices.find((choice) => choice.toLowerCase() === text.toLowerCase())
      if (!found) throw new Error(`must be one of ${choices.join(', ')}`)
      return found
    }),
}

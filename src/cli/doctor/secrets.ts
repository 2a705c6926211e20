import type { Loaded } from '../../platform/config/load'
import { scrubOnce } from '../../platform/telemetry/scrub'

const hidden = '[redacted]'
/** Shorter texts would be found everywhere; the form of what they stand in hides them (`password=…`, `user:…@host`). */
const shortest = 4

/** Takes every secret of these settings, and whatever looks like one, out of a text. */
export type Mask = (text: string) => string

/** `more` are secrets that are no settings. */
export function maskFor(loaded: Loaded | undefined, more: readonly (string | undefined)[]): Mask {
  const found = new Set<string>()
  const add = (value: unknown): void => {
    if (typeof value === 'string') for (const form of formsOf(value)) found.add(form)
    else if (value && typeof value === 'object') for (const one of Object.values(value)) add(one)
  }
  for (const value of more) add(value)
  for (const { name, module, secret } of loaded?.entries ?? []) {
    const values = module === null ? loaded!.config : loaded!.modules[module]
    const value = (values as Record<string, unknown>)[name]
    if (secret) add(value)
    else for (const part of userPartsOf(value)) add(part)
  }
  const ordered = [...found].filter((one) => one.length >= shortest).sort((a, b) => b.length - a.length)
  return (text) => {
    let clean = text
    for (const one of ordered) clean = clean.replaceAll(one, hidden)
    return scrubOnce(clean)
  }
}

/** The same for every text within a structure. */
export function masked(value: unknown, mask: Mask): unknown {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value)) return value.map((one) => masked(one, mask))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [mask(name), masked(one, mask)]))
}

/** As it is, encoded for a URL, in the middle of a JSON text, and the parts that a URL carries. */
function formsOf(value: string): string[] {
  const texts = [value, ...value.split('\n'), ...userPartsOf(value)]
  return texts.flatMap((text) => [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)])
}

/** User, password and query values of a URL; nothing of any other text. */
function userPartsOf(value: unknown): string[] {
  if (typeof value !== 'string' || !value.includes('://') || !URL.canParse(value)) return []
  const { username, password, searchParams } = new URL(value)
  const secretive = [...searchParams].filter(([name]) => /pass|secret|key|token|sig/i.test(name))
  return [
    password,
    decode(password),
    username.length > 12 ? username : '',
    ...secretive.map(([, text]) => text),
  ].filter(Boolean)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

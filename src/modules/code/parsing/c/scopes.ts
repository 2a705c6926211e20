import type { Found } from '../../symbols/found'
import type { Tokens } from './tokens'

/** Tokens in which declarations stand, one after the other. */
export interface Scope {
  kind: 'namespace' | 'class' | 'body'
  /** Of a class; '' where it has none. */
  name: string
  from: number
  to: number
}

/** What is gathered from a text. */
export interface Reader {
  tokens: Tokens
  found: Found[]
  /** Scopes that were met and are still to be read: a list, so that their depth costs nothing. */
  waiting: Scope[]
}

/** A definition's tokens, by their number. */
export interface Place {
  name: number
  /** The last one of the name: `operator` is followed by signs. */
  nameEnd?: number
  start: number
  end: number
  body?: number
  /** The last name before the `::` in front of the name; -1 for none. */
  receiver?: number
}

/** Adds what tokens define. */
export function addFound({ tokens, found }: Reader, kind: string, place: Place): void {
  const { text, starts, ends } = tokens
  const { name, nameEnd = name, start, end, body, receiver = -1 } = place
  const written = text.slice(starts[name], ends[nameEnd])
  found.push({
    kind,
    name: nameEnd === name ? written : tidy(written),
    nameStart: starts[name]!,
    start: starts[start]!,
    end: ends[end]!,
    bodyStart: body === undefined ? ends[end]! : starts[body]!,
    parentType: '',
    parentStart: 0,
    receiver: receiver < 0 ? undefined : text.slice(starts[receiver], ends[receiver]),
  })
}

/** `operator ==` and `~ Shop` without the blanks that mean nothing. */
const tidy = (name: string) => name.replace(/\s+/g, ' ').replace(/ ?([^\w\s]) ?/g, '$1')

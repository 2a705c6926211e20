import type { Call } from './operation'

/** The server's side of a request that changes nothing: rows of the caller, read alone. */
export type ReadCall = Omit<Call, 'write' | 'progress' | 'wantsProgress' | 'timeLeft'>

/** What a resource holds, as text or as base64. */
export type Contents = { mimeType?: string; text: string } | { mimeType?: string; blob: string }

/** One entry of a list of resources. */
export interface ResourceEntry {
  uri: string
  name: string
  title?: string
  description?: string
  mimeType?: string
  /** ISO 8601 UTC. */
  lastModified?: string
}

/** A page of a list; `next` is passed back as `after` for the page that follows. */
export interface ResourcePage {
  entries: ResourceEntry[]
  next?: string | undefined
}

/** Variables of a URI template with their values. */
export type Variables = Record<string, string>

/** Data that a client reads by its URI, beside the tools: what a person attaches to a conversation. */
export interface Resource {
  /** snake_case and unique among the server's resources. */
  name: string
  /** `status://server`, or a template with variables in braces: `journal://entries/{id}`. A variable holds no slash. */
  uri: string
  /** For people. */
  title: string
  /** For people and agents: what it holds and when to read it. */
  description: string
  mimeType: string
  /** Scope the caller needs, e.g. `journal:read`; null for any caller with a credential. */
  scope: string | null
  /** What a read takes from the caller's quota. Default 1, as for the tool that gives the same; 0 is not counted. */
  cost?: number
  /** Throws `not_found` for what is not there or another's. */
  read(variables: Variables, call: ReadCall): Promise<Contents>
  /** Of a template: what of it is worth listing, newest first. Without it only the template is listed. */
  list?(after: string | undefined, call: ReadCall): Promise<ResourcePage>
  /** Of a template: the values that a variable may have, for what was typed so far; the best first, at most 100. */
  complete?: Record<string, Complete>
  /** Operations that change what is read here. Their audit subject is the value of the template's one variable. */
  changedBy?: readonly string[]
  /** Operations after which `list` gives something else. */
  listChangedBy?: readonly string[]
}

/** Suggests values that begin with, or fit, what was typed. `given` are the other variables or arguments so far. */
export type Complete = (typed: string, call: ReadCall, given: Variables) => Promise<string[]>

/** Declares a resource; throws at start when the declaration itself is wrong. */
export function defineResource(resource: Resource): Resource {
  const { name, uri, complete = {}, changedBy, list } = resource
  const variables = variablesOf(uri)
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) throw new Error(`resource ${name}: the name must be snake_case`)
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^{}]*(\{\w+\}[^{}]*)*$/.test(uri))
    throw new Error(`resource ${name}: ${uri} is no URI or template`)
  for (const variable of Object.keys(complete)) {
    if (!variables.includes(variable)) throw new Error(`resource ${name}: {${variable}} is not in its URI`)
  }
  if (changedBy && variables.length > 1)
    throw new Error(`resource ${name}: only one variable can be the subject of a change`)
  if (list && variables.length === 0) throw new Error(`resource ${name}: a list needs a template`)
  return resource
}

/** The names in braces of a URI template, in order. */
export const variablesOf = (uri: string): string[] =>
  [...uri.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)

/** The URI of a template with these values. */
export const expandUri = (uri: string, variables: Variables): string =>
  uri.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(variables[name] ?? ''))

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { clusterLinks } from './cluster-links'
import type { Declared, Variables } from './declared'
import { oddLines } from './env-lines'

export type SourceName = 'default' | 'environment' | 'env file' | 'flag' | 'secret file' | 'computed'

/** One place that settings are read from. Empty values count as not set. */
export interface Source {
  name: 'environment' | 'env file' | 'flag'
  variables: Variables
}

/** A value as it was found: its text and the variable or file that gave it. */
export interface Found {
  text: string
  source: SourceName
  from: string
}

/** Where a sought file is missing or unreadable: a line for the list of faults. */
export class UnreadableFile extends Error {}

/**
 * The file named by `--env-file`, or `.env` in the working directory when there is one; `odd` are its lines that set nothing. A folder of that
 * name is somebody else's (Python keeps environments so).
 */
export function readEnvFile(
  file: string | undefined,
  cwd: string,
): { path: string; variables: Variables; odd: number[] } | undefined {
  const path = resolve(cwd, file ?? '.env')
  if (!file && (!existsSync(path) || statSync(path).isDirectory())) return undefined
  const text = readText(path, file ? '--env-file' : '.env')
  return { path, variables: parseEnv(text), odd: oddLines(text) }
}

const readText = (path: string, wanted: string): string =>
  readable(wanted, path, () => readFileSync(path, 'utf8'))

function readable<T>(wanted: string, path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw new UnreadableFile(`${wanted}: cannot read ${path} (${code === 'ENOENT' ? 'no such file' : code})`)
  }
}

/** The value of a setting in the first of `sources` that has one. */
export function find(declared: Declared, sources: readonly Source[], cwd: string): Found | undefined {
  for (const source of sources) {
    const found = findIn(declared, source, cwd)
    if (found) return found
  }
  return undefined
}

/** What the names of a family begin with. */
export const startOf = (name: string): string => name.replace(/\*$/, '')

/** The members of a family over all sources, the first source's where two have one; as JSON, which its parser reads. */
export function findFamily(declared: Declared, sources: readonly Source[], cwd: string): Found | undefined {
  const members = new Map<string, string>()
  let first: Found | undefined
  const add = (variable: string, read: () => Found | undefined) => {
    const member = memberOf(declared, variable)
    const found = member === '' || members.has(member) ? undefined : read()
    if (!found) return
    members.set(member, found.text)
    first ??= found
  }
  for (const { name, variables } of sources) {
    for (const [variable, text] of Object.entries(variables)) {
      if (!text) continue
      if (!variable.endsWith('_FILE')) add(variable, () => ({ text, source: name, from: variable }))
      else add(variable.slice(0, -5), () => secret(resolve(cwd, text), variable))
    }
    if (!declared.setting.secret) continue
    for (const [variable, path] of credentials(variables)) add(variable, () => secret(path, fromCredentials))
  }
  return first && { ...first, text: JSON.stringify(Object.fromEntries(members)) }
}

/** What a variable calls its member of a family; empty for one of no family or without a name. */
function memberOf(declared: Declared, variable: string): string {
  const start = declared.names.map(startOf).find((one) => variable.startsWith(one))
  return start === undefined ? '' : variable.slice(start.length)
}

function findIn(declared: Declared, { name, variables }: Source, cwd: string): Found | undefined {
  const ignored = clusterLinks(variables)
  for (const variable of declared.names) {
    const text = variables[variable]
    if (text && !ignored.has(variable)) return { text, source: name, from: variable }
  }
  return declared.setting.secret ? findSecretFile(declared, variables, cwd) : undefined
}

function findSecretFile(declared: Declared, variables: Variables, cwd: string): Found | undefined {
  for (const variable of declared.names) {
    const path = variables[`${variable}_FILE`]
    if (path) return secret(resolve(cwd, path), `${variable}_FILE`)
  }
  const files = credentials(variables)
  const name = declared.names.find((variable) => files.has(variable))
  return name === undefined ? undefined : secret(files.get(name)!, fromCredentials)
}

const fromCredentials = '$CREDENTIALS_DIRECTORY'

/** The files of the folder by the variables that they stand for: their names in upper case. A folder that is not there holds none. */
function credentials({ CREDENTIALS_DIRECTORY: folder }: Variables): Map<string, string> {
  if (!folder || !existsSync(folder)) return new Map()
  const names = readable(fromCredentials, folder, () => readdirSync(folder))
  return new Map(names.map((name) => [name.toUpperCase(), join(folder, name)]))
}

/** Files end in a line break that is no part of the secret; an empty file sets nothing. */
function secret(path: string, wanted: string): Found | undefined {
  const text = readText(path, wanted).replace(/\r?\n$/, '')
  return text ? { text, source: 'secret file', from: path } : undefined
}

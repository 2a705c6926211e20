import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'
import type { Entry } from '../../platform/mcp/clients/form'
import { type ConfigText, FileFault } from './client-file'
import { setMember } from './json-edit'
import { mergeEntry } from './merge-entry'

/** What a client's reader of JSON allows. */
export interface Leniency {
  comments?: boolean
  trailingCommas?: boolean
}

type Members = Record<string, unknown>

/** Servers in the member `section` of a JSON document. Comments, order and form of all else stay. */
export function jsonText(section: string, leniency: Leniency = {}): ConfigText {
  const open = (text: string) => {
    const body = text.replace(/^\uFEFF/, '')
    return { mark: text.slice(0, text.length - body.length), body, root: readRoot(body, section, leniency) }
  }
  const entryIn = (root: Members, name: string) =>
    (root[section] as Members | undefined)?.[name] as Entry | undefined
  const change = (text: string, name: string, wanted: Entry | undefined) => {
    const { mark, body, root } = open(text)
    const existing = entryIn(root, name)
    const changed = editsOf(existing, wanted).reduce(
      (state, [path, value]) => setMember(state, [section, name, ...path], value),
      body.trim() ? body : '{}\n',
    )
    if (existing === undefined && wanted === undefined) return text
    check(root, readRoot(changed, section, leniency), [section, name], wanted)
    return changed === body ? text : mark + changed
  }
  return {
    read: (text, name) => entryIn(open(text).root, name),
    merge: (text, name, entry) => change(text, name, mergeEntry(entryIn(open(text).root, name), entry)),
    remove: (text, name) => change(text, name, undefined),
  }
}

/** The whole document; throws FileFault for what is no JSON object. */
function readRoot(body: string, section: string, { comments, trailingCommas }: Leniency): Members {
  if (!body.trim()) return {}
  const errors: ParseError[] = []
  const root: unknown = parse(body, errors, {
    disallowComments: !comments,
    allowTrailingComma: trailingCommas ?? false,
  })
  if (errors[0]) throw new FileFault(`is not valid JSON at ${placeOf(body, errors[0])}`)
  if (!isObject(root)) throw new FileFault('does not hold a JSON object')
  if (section in root && !isObject(root[section]))
    throw new FileFault(`has a member ${section} that is no object`)
  return root
}

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function placeOf(body: string, { error, offset }: ParseError): string {
  const before = body.slice(0, offset).split('\n')
  const words = printParseErrorCode(error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
  return `line ${before.length}, column ${before.at(-1)!.length + 1} (${words})`
}

/** The smallest changes: a whole new entry, or the members that differ. */
function editsOf(existing: Entry | undefined, wanted: Entry | undefined): [string[], unknown][] {
  if (!isObject(existing) || !wanted) return existing === undefined && !wanted ? [] : [[[], wanted]]
  const members = [...new Set([...Object.keys(existing), ...Object.keys(wanted)])]
  return members
    .filter((member) => !Bun.deepEquals(existing[member], wanted[member]))
    .map((member) => [[member], wanted[member]])
}

/** A member that stands twice means one thing to the editor of the text and another to its reader. */
function check(before: Members, after: Members, [section, name]: [string, string], wanted: unknown): void {
  const others = (root: Members) => ({ ...root, [section]: { ...(root[section] as Members), [name]: 0 } })
  const is = (after[section] as Members | undefined)?.[name]
  if (!Bun.deepEquals(others(before), others(after)) || !Bun.deepEquals(is, wanted)) {
    throw new FileFault(`cannot be changed safely: a member around ${section} stands twice`)
  }
}

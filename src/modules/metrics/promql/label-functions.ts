import type { RE2JS } from 're2js'
import { type Labels, labelsOf } from './labels'
import { mergeEqual } from './merge'
import { badData } from './promql-error'
import type { Column } from './steps'

/** Loaded at its first use: most servers never need it, and all would wait for it at the start. */
const re2 = () => require('re2js') as typeof import('re2js')

/** `label_replace(v, target, replacement, source, regex)`: `$1` and `${name}` stand for groups. */
export function labelReplace(columns: Column[], [target, replacement, source, regex]: string[]): Column[] {
  checkName(target!)
  const pattern = compile(regex!)
  return relabel(columns, (labels) => {
    const match = pattern.matcher(labels.get(source!) ?? '')
    if (!match.matches()) return labels
    return withLabel(
      labels,
      target!,
      expand(replacement!, (group) => groupOf(match, group)),
    )
  })
}

/** `label_join(v, target, separator, source, …)`. */
export function labelJoin(columns: Column[], [target, separator, ...sources]: string[]): Column[] {
  checkName(target!)
  return relabel(columns, (labels) =>
    withLabel(labels, target!, sources.map((name) => labels.get(name) ?? '').join(separator)),
  )
}

const relabel = (columns: Column[], change: (labels: Labels) => Labels) =>
  mergeEqual(columns.map((column) => ({ ...column, labels: change(column.labels) })))

const withLabel = (labels: Labels, name: string, value: string) => labelsOf([...labels, [name, value]])

function checkName(name: string): void {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) throw badData(`invalid destination label name: ${name}`)
}

function compile(regex: string): RE2JS {
  try {
    return re2().RE2JS.compile(regex, re2().RE2JS.DOTALL)
  } catch {
    throw badData('invalid regular expression in label_replace()')
  }
}

const expand = (template: string, group: (name: string) => string) =>
  template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, bare?: string, braced?: string) =>
    whole === '$$' ? '$' : group((bare ?? braced)!),
  )

function groupOf(match: ReturnType<RE2JS['matcher']>, name: string): string {
  try {
    return (/^\d+$/.test(name) ? match.group(Number(name)) : match.group(name)) ?? ''
  } catch {
    return ''
  }
}

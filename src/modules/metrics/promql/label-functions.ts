import type { RE2JS } from 're2js'
import { type Labels, labelsOf } from './labels'
import { readingBudget } from './matcher'
import { mergeEqual } from './merge'
import { badData, failed } from './promql-error'
import type { Column } from './steps'

/** Loaded at its first use: most servers never need it, and all would wait for it at the start. */
const re2 = () => require('re2js') as typeof import('re2js')

/** `label_replace(v, target, replacement, source, regex)`: `$1` and `${name}` stand for groups. */
export function labelReplace(columns: Column[], [target, replacement, source, regex]: string[]): Column[] {
  checkLabelName(target!)
  const pattern = compile(regex!)
  const read = readingBudget(pattern, regex!)
  return relabel(columns, (labels) => {
    const text = labels.get(source!) ?? ''
    read(text)
    const match = pattern.matcher(text)
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
  checkLabelName(target!)
  return relabel(columns, (labels) =>
    withLabel(labels, target!, sources.map((name) => labels.get(name) ?? '').join(separator)),
  )
}

const relabel = (columns: Column[], change: (labels: Labels) => Labels) =>
  mergeEqual(columns.map((column) => ({ ...column, labels: change(column.labels) })))

/** Characters of a label that is made; each call could double what the one inside of it made. */
const longest = 10_000

function withLabel(labels: Labels, name: string, value: string): Labels {
  if (value.length > longest) throw failed(`the label ${name} would be longer than ${longest} characters`)
  return labelsOf(new Map([...labels, [name, value]]))
}

/** Throws for what is no name of a label. */
export function checkLabelName(name: string): void {
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

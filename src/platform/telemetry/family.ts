/** What a series measures; names are Prometheus'. */
export type Kind = 'counter' | 'gauge' | 'histogram'

/** The request that was behind a recorded value: the first since the series were gathered, for writing another costs more than the observation. */
export interface Exemplar {
  requestId: string
  value: number
  /** Milliseconds since the epoch. */
  at: number
  /** How often the series had been gathered. */
  round: number
}

/** One label set of a family with its values. */
export interface Child {
  /** In the order of the family's label names; '' is a label that is not there. */
  readonly labels: readonly string[]
  /** The labels as the exposition writes them, without braces. */
  readonly text: string
  /** Counters and gauges: the value. Histograms: the sum. */
  value: number
  /** Histograms: observations of each bucket alone, the last one above every bound. */
  readonly counts: number[]
  /** Counters: one. Histograms: one a bucket. */
  readonly exemplars: (Exemplar | undefined)[]
}

/** Every label set of one name. */
export interface Family {
  readonly name: string
  readonly help: string
  readonly kind: Kind
  readonly labelNames: readonly string[]
  /** Histograms: upper bounds, ascending. Empty for the others. */
  readonly bounds: readonly number[]
  children(): Iterable<Child>
}

export interface FamilyShape extends Omit<Family, 'children'> {
  /** Label sets beyond this many are counted together, under `_other`. */
  most?: number
}

/** A family that is recorded into. */
export interface LiveFamily extends Family {
  /** The child of these labels, made when it is new. */
  child(labels: Record<string, string> | undefined): Child
}

/** Where label sets beyond a limit are counted. */
export const other = '_other'

const mostChildren = 10_000

/** An empty family; one without labels has its only child from the start, so that its 0 is seen. */
export function createFamily({ most = mostChildren, ...shape }: FamilyShape): LiveFamily {
  const { labelNames, kind, bounds } = shape
  const children: Child[] = []
  const paths: Path = new Map()
  const add = (labels: readonly string[]): Child => {
    const child: Child = {
      labels,
      text: labelText(labelNames, labels),
      value: 0,
      counts: kind === 'histogram' ? new Array<number>(bounds.length + 1).fill(0) : [],
      exemplars: [],
    }
    children.push(child)
    lay(paths, child)
    return child
  }
  const only = labelNames.length === 0 ? add([]) : undefined
  const rest = Object.fromEntries(labelNames.map((name) => [name, other]))
  const childOf = (labels: Record<string, string> | undefined): Child =>
    only ??
    follow(paths, labelNames, labels) ??
    (children.length < most || labels === rest
      ? add(labelNames.map((name) => labels?.[name] ?? ''))
      : childOf(rest))
  return { ...shape, children: () => children, child: childOf }
}

/** Children by the values of their labels, one level a label: the way to a child makes no string. */
type Path = Map<string, Path | Child>

function follow(
  paths: Path,
  names: readonly string[],
  labels: Record<string, string> | undefined,
): Child | undefined {
  let found: Path | Child | undefined = paths
  for (let at = 0; at < names.length; at++) {
    found = (found as Path).get(labels?.[names[at]!] ?? '')
    if (found === undefined) return undefined
  }
  return found as Child
}

function lay(paths: Path, child: Child): void {
  let level = paths
  for (const value of child.labels.slice(0, -1)) {
    const next = (level.get(value) as Path | undefined) ?? new Map()
    level.set(value, next)
    level = next
  }
  level.set(child.labels.at(-1) ?? '', child)
}

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '"': '\\"' }

/** A label value between its quotes. */
export const escapeLabel = (value: string): string => value.replace(/[\\\n"]/g, (sign) => escapes[sign]!)

/** `a="1",b="2"`; a label without a value is left out, which is the same to Prometheus. */
export function labelText(names: readonly string[], values: readonly string[]): string {
  const parts: string[] = []
  for (let at = 0; at < names.length; at++) {
    if (values[at]) parts.push(`${names[at]}="${escapeLabel(values[at]!)}"`)
  }
  return parts.join(',')
}

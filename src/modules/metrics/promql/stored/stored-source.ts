import type { LocalConnection } from '../../../../core/local-database'
import { allKept } from '../../rollups/kept-dimensions'
import { type Labels, labelsOf, nameLabel } from '../labels'
import { type Matcher, matchesAll } from '../matcher'
import { failed } from '../promql-error'
import type { SampleSource } from '../sample-source'
import { customSeries } from './custom-series'
import { type Instrument, instruments, labelsOfCustom } from './instrument'
import { instrumentSeries, type StoredOptions } from './instrument-series'
import { keptSeries, labelSets } from './label-sets'
import { viewOf } from './view'

/** Series that one list of series may name. */
const mostSeries = 100_000

/** What is stored, as Prometheus would have it: the predecessor's instruments, and custom metrics under their own names. */
export function storedSource(db: LocalConnection, options: StoredOptions): SampleSource {
  return {
    select: (matchers, window) => [
      ...named(matchers).flatMap((one) => instrumentSeries(db, one, matchers, window, options)),
      ...(wantsCustom(matchers) ? customSeries(db, matchers, window, options.now) : []),
    ],
    series(selectors, from, to, only) {
      const found: Labels[] = []
      for (const matchers of selectors) {
        found.push(
          ...instrumentLabels(db, matchers, { from, to, only }, options),
          ...customLabels(db, matchers, from, to),
        )
        if (found.length > mostSeries)
          throw failed(`more than ${mostSeries} series fit: ask for fewer with match[]`)
      }
      return found
    },
  }
}

/** The instruments whose name fits. */
const named = (matchers: readonly Matcher[]): Instrument[] =>
  instruments.filter(({ name }) => fitsName(name, matchers))

const fitsName = (text: string, matchers: readonly Matcher[]) =>
  matchers.every(({ name, matches }) => name !== nameLabel || matches(text))

/** A name that is an instrument's is not looked for among custom metrics. */
const wantsCustom = (matchers: readonly Matcher[]) =>
  !matchers.some(({ name, op, value }) => name === nameLabel && op === '=' && names.has(value))

const names = new Set(instruments.map(({ name }) => name))

function instrumentLabels(
  db: LocalConnection,
  matchers: readonly Matcher[],
  { from, to, only }: { from: number; to: number; only: readonly string[] | undefined },
  { bounds }: StoredOptions,
): Labels[] {
  const plain = matchers.filter(({ name }) => name !== 'le')
  const les = [...bounds.map(String), '+Inf']
  const isSplit = plain.length < matchers.length || !only || only.includes('le')
  return named(matchers).flatMap((instrument) => {
    const { level, labelsFor } = viewOf(instrument, plain, only)
    const sets = labelSets(keptSeries(db, instrument.type, level, from, to), labelsFor, plain)
    const all = [...sets.values()].map(({ labels }) => labels)
    const split =
      instrument.part === 'bucket' && isSplit
        ? all.flatMap((labels) => les.map((le) => labelsOf([...labels, ['le', le]])))
        : all
    return split.filter((labels) => matchesAll(labels, isSplit ? matchers : plain))
  })
}

function customLabels(db: LocalConnection, matchers: readonly Matcher[], from: number, to: number): Labels[] {
  if (!wantsCustom(matchers)) return []
  const series = keptSeries(db, 'custom', allKept, from, to).filter(({ dimensions }) =>
    dimensions.has('metric_name'),
  )
  const sets = labelSets(series, ({ service, dimensions }) => labelsOfCustom(service, dimensions), matchers)
  return [...sets.values()].map(({ labels }) => labels)
}

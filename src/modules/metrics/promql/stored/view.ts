import { allKept, type Level, levelFor } from '../../rollups/kept-dimensions'
import { filterLabels, type Labels, nameLabel } from '../labels'
import type { Matcher } from '../matcher'
import { type Instrument, labelsOfInstrument } from './instrument'

/** The series of an instrument as they are looked at: from which rollups, and with which labels. */
export interface View {
  level: Level
  labelsFor(series: { service: string; dimensions: ReadonlyMap<string, string> }): Labels
}

/**
 * The view of an instrument that tells the labels of `only` and of the conditions apart; of all where `only` is undefined. Counters never fall here, so the
 * sums over some labels can be counted in the first place: of two thousand senders that are summed by tool there are fifty series, from a rollup that has
 * them already.
 */
export function viewOf(
  instrument: Instrument,
  matchers: readonly Matcher[],
  only: readonly string[] | undefined,
): View {
  const whole: View['labelsFor'] = ({ service, dimensions }) =>
    labelsOfInstrument(instrument, service, dimensions)
  if (!only) return { level: allKept, labelsFor: whole }
  const wanted = new Set([nameLabel, ...only, ...matchers.map(({ name }) => name)])
  const dimensions = instrument.labels.filter((name) => wanted.has(name))
  return {
    level: levelFor(instrument.type, dimensions),
    labelsFor: (series) => filterLabels(whole(series), (name) => wanted.has(name)),
  }
}

import protobuf from 'protobufjs/light.js'

// Timestamps and counts as plain numbers: milliseconds are exact, and so are counts up to 2^53.
protobuf.util.Long = null as never
protobuf.configure()

const field = (type: string, id: number) => ({ type, id })
const list = (type: string, id: number) => ({ type, id, rule: 'repeated' as const })
const message = (fields: object, oneofs?: object) => ({ fields, ...(oneofs && { oneofs }) }) as protobuf.IType

/** Of Prometheus' remote write 1.0 (prompb) and 2.0 (io.prometheus.write.v2) what is needed here; unknown fields are skipped. */
const root = protobuf.Root.fromJSON({
  nested: {
    One: message({ timeseries: list('SeriesOfOne', 1) }),
    SeriesOfOne: message({
      labels: list('Label', 1),
      samples: list('Sample', 2),
      exemplars: list('Exemplar', 3),
      histograms: list('Histogram', 4),
    }),
    Two: message({ symbols: list('string', 4), timeseries: list('SeriesOfTwo', 5) }),
    SeriesOfTwo: message({
      labelsRefs: list('uint32', 1),
      samples: list('Sample', 2),
      histograms: list('Histogram', 3),
      exemplars: list('Exemplar', 4),
    }),
    Label: message({ name: field('string', 1), value: field('string', 2) }),
    Sample: message({ value: field('double', 1), timestamp: field('int64', 2) }),
    Exemplar: message({ timestamp: field('int64', 3) }),
    Histogram: message(
      {
        countInt: field('uint64', 1),
        countFloat: field('double', 2),
        sum: field('double', 3),
        schema: field('sint32', 4),
        zeroThreshold: field('double', 5),
        zeroCountInt: field('uint64', 6),
        zeroCountFloat: field('double', 7),
        negativeSpans: list('Span', 8),
        negativeDeltas: list('sint64', 9),
        negativeCounts: list('double', 10),
        positiveSpans: list('Span', 11),
        positiveDeltas: list('sint64', 12),
        positiveCounts: list('double', 13),
        timestamp: field('int64', 15),
        customValues: list('double', 16),
      },
      {
        count: { oneof: ['countInt', 'countFloat'] },
        zeroCount: { oneof: ['zeroCountInt', 'zeroCountFloat'] },
      },
    ),
    Span: message({ offset: field('sint32', 1), length: field('uint32', 2) }),
  },
})

const [one, two] = [root.lookupType('One'), root.lookupType('Two')]

export interface Sample {
  value: number
  /** Milliseconds since the epoch. */
  timestamp: number
}

/** `count` and `zeroCount` name the members that are set. */
export interface NativeHistogram {
  count?: 'countInt' | 'countFloat'
  countInt: number
  countFloat: number
  sum: number
  schema: number
  zeroThreshold: number
  zeroCount?: 'zeroCountInt' | 'zeroCountFloat'
  zeroCountInt: number
  zeroCountFloat: number
  negativeSpans: Span[]
  negativeDeltas: number[]
  negativeCounts: number[]
  positiveSpans: Span[]
  positiveDeltas: number[]
  positiveCounts: number[]
  timestamp: number
  customValues: number[]
}

export interface Span {
  offset: number
  length: number
}

/** One series with what was sent of it, in either version. */
export interface WrittenSeries {
  labels: { name: string; value: string }[]
  samples: Sample[]
  histograms: NativeHistogram[]
  exemplars: unknown[]
}

/** The series of a request of version 1.0. Throws when the bytes are none. */
export const decodeOne = (bytes: Uint8Array): WrittenSeries[] =>
  (one.decode(bytes) as unknown as { timeseries: WrittenSeries[] }).timeseries

interface RequestOfTwo {
  symbols: string[]
  timeseries: (Omit<WrittenSeries, 'labels'> & { labelsRefs: number[] })[]
}

/** The series of a request of version 2.0, whose labels are indexes into a table. Throws when the bytes are none. */
export function decodeTwo(bytes: Uint8Array): WrittenSeries[] {
  const { symbols, timeseries } = two.decode(bytes) as unknown as RequestOfTwo
  if (timeseries.length > 0 && symbols[0] !== '') throw new RangeError('the first symbol must be empty')
  return timeseries.map(({ labelsRefs, samples, histograms, exemplars }) => ({
    labels: labelsOf(symbols, labelsRefs),
    samples,
    histograms,
    exemplars,
  }))
}

function labelsOf(symbols: readonly string[], refs: readonly number[]): WrittenSeries['labels'] {
  if (refs.length % 2 !== 0) throw new RangeError('labels_refs must come in pairs')
  return Array.from({ length: refs.length / 2 }, (_, at) => {
    const [name, value] = [symbols[refs[2 * at]!], symbols[refs[2 * at + 1]!]]
    if (name === undefined || value === undefined) throw new RangeError('labels_refs names no symbol')
    return { name, value }
  })
}

import protobuf from 'protobufjs/light.js'

// Nanoseconds and counts as plain numbers: milliseconds are kept, and counts stay exact up to 2^53.
protobuf.util.Long = null as never
protobuf.configure()

const field = (type: string, id: number) => ({ type, id })
const list = (type: string, id: number) => ({ type, id, rule: 'repeated' as const })
const maybe = (type: string, id: number) => ({ type, id, options: { proto3_optional: true } })
const message = (fields: object, oneofs?: object) => ({ fields, ...(oneofs && { oneofs }) }) as protobuf.IType

const times = { startTimeUnixNano: field('fixed64', 2), timeUnixNano: field('fixed64', 3) }
const points = (type: string, temporality: object = {}) =>
  message({ dataPoints: list(type, 1), ...temporality })
const temporality = { aggregationTemporality: field('AggregationTemporality', 2) }

/** Of opentelemetry-proto 1.x (metrics, common, resource) and google.rpc.Status what is needed here; unknown fields are skipped. */
const root = protobuf.Root.fromJSON({
  nested: {
    Request: message({ resourceMetrics: list('ResourceMetrics', 1) }),
    ResourceMetrics: message({ resource: field('Resource', 1), scopeMetrics: list('ScopeMetrics', 2) }),
    Resource: message({ attributes: list('KeyValue', 1) }),
    ScopeMetrics: message({ scope: field('Scope', 1), metrics: list('Metric', 2) }),
    Scope: message({ name: field('string', 1), version: field('string', 2) }),
    Metric: message({
      name: field('string', 1),
      unit: field('string', 3),
      gauge: field('Gauge', 5),
      sum: field('Sum', 7),
      histogram: field('Histogram', 9),
      exponentialHistogram: field('ExponentialHistogram', 10),
      summary: field('Summary', 11),
    }),
    Gauge: points('NumberPoint'),
    Sum: points('NumberPoint', { ...temporality, isMonotonic: field('bool', 3) }),
    Histogram: points('HistogramPoint', temporality),
    ExponentialHistogram: points('ExponentialPoint', temporality),
    Summary: points('SummaryPoint'),
    AggregationTemporality: {
      values: {
        AGGREGATION_TEMPORALITY_UNSPECIFIED: 0,
        AGGREGATION_TEMPORALITY_DELTA: 1,
        AGGREGATION_TEMPORALITY_CUMULATIVE: 2,
      },
    },
    NumberPoint: message(
      {
        ...times,
        asDouble: field('double', 4),
        asInt: field('sfixed64', 6),
        attributes: list('KeyValue', 7),
        flags: field('uint32', 8),
      },
      { value: { oneof: ['asDouble', 'asInt'] } },
    ),
    HistogramPoint: message({
      ...times,
      count: field('fixed64', 4),
      sum: maybe('double', 5),
      bucketCounts: list('fixed64', 6),
      explicitBounds: list('double', 7),
      attributes: list('KeyValue', 9),
      flags: field('uint32', 10),
    }),
    ExponentialPoint: message({
      attributes: list('KeyValue', 1),
      ...times,
      count: field('fixed64', 4),
      sum: maybe('double', 5),
      scale: field('sint32', 6),
      zeroCount: field('fixed64', 7),
      positive: field('Buckets', 8),
      negative: field('Buckets', 9),
      flags: field('uint32', 10),
      zeroThreshold: field('double', 14),
    }),
    Buckets: message({ offset: field('sint32', 1), bucketCounts: list('uint64', 2) }),
    SummaryPoint: message({
      ...times,
      count: field('fixed64', 4),
      sum: field('double', 5),
      quantileValues: list('Quantile', 6),
      attributes: list('KeyValue', 7),
      flags: field('uint32', 8),
    }),
    Quantile: message({ quantile: field('double', 1), value: field('double', 2) }),
    KeyValue: message({ key: field('string', 1), value: field('AnyValue', 2) }),
    AnyValue: message(
      {
        stringValue: field('string', 1),
        boolValue: field('bool', 2),
        intValue: field('int64', 3),
        doubleValue: field('double', 4),
        arrayValue: field('ArrayValue', 5),
      },
      { value: { oneof: ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue'] } },
    ),
    ArrayValue: message({ values: list('AnyValue', 1) }),
    Response: message({ partialSuccess: field('PartialSuccess', 1) }),
    PartialSuccess: message({ rejectedDataPoints: field('int64', 1), errorMessage: field('string', 2) }),
    Status: message({ code: field('int32', 1), message: field('string', 2) }),
  },
})

const request = root.lookupType('Request')
const answers = { Response: root.lookupType('Response'), Status: root.lookupType('Status') }

/** An export request out of its protobuf bytes. Throws when they are none. */
export const decodeRequest = (bytes: Uint8Array): ExportRequest =>
  request.decode(bytes) as unknown as ExportRequest

/** An export request out of parsed JSON (numbers or texts for 64 bits, names or numbers for enums). Throws where a shape does not fit. */
export const requestFromJson = (json: object): ExportRequest =>
  request.fromObject(json) as unknown as ExportRequest

/** Protobuf bytes of an answer. */
export const encodeAnswer = (type: keyof typeof answers, value: object): Uint8Array<ArrayBuffer> =>
  new Uint8Array(answers[type].encode(answers[type].create(value)).finish())

export interface ExportRequest {
  resourceMetrics: ResourceMetrics[]
}

export interface ResourceMetrics {
  resource?: { attributes: KeyValue[] } | null
  scopeMetrics: { scope?: { name: string } | null; metrics: OtlpMetric[] }[]
}

export interface KeyValue {
  key: string
  value?: AnyValue | null
}

/** `value` names the member that is set; the others have defaults. */
export interface AnyValue {
  value?: 'stringValue' | 'boolValue' | 'intValue' | 'doubleValue' | 'arrayValue'
  stringValue: string
  boolValue: boolean
  intValue: number
  doubleValue: number
  arrayValue: { values: AnyValue[] }
}

export interface OtlpMetric {
  name: string
  unit: string
  gauge?: { dataPoints: NumberPoint[] } | null
  sum?: { dataPoints: NumberPoint[]; aggregationTemporality: number } | null
  histogram?: { dataPoints: HistogramPoint[]; aggregationTemporality: number } | null
  exponentialHistogram?: { dataPoints: ExponentialPoint[]; aggregationTemporality: number } | null
  summary?: { dataPoints: SummaryPoint[] } | null
}

export interface Point {
  attributes: KeyValue[]
  /** Nanoseconds since the epoch; 0 is unknown. */
  timeUnixNano: number
  flags: number
}

/** `value` names the member that is set. */
export interface NumberPoint extends Point {
  value?: 'asDouble' | 'asInt'
  asDouble: number
  asInt: number
}

export interface HistogramPoint extends Point {
  count: number
  sum?: number | null
  bucketCounts: number[]
  explicitBounds: number[]
}

export interface ExponentialPoint extends Point {
  count: number
  sum?: number | null
  scale: number
  zeroCount: number
  zeroThreshold: number
  positive?: Buckets | null
  negative?: Buckets | null
}

export interface Buckets {
  offset: number
  bucketCounts: number[]
}

export interface SummaryPoint extends Point {
  count: number
  sum: number
  quantileValues: { quantile: number; value: number }[]
}

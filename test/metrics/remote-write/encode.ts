import protobuf from 'protobufjs'
import { compress } from 'snappyjs'

/** The published message definitions (prometheus/prompb), as far as the tests send them. */
const source = `
syntax = "proto3";
message Label { string name = 1; string value = 2; }
message Sample { double value = 1; int64 timestamp = 2; }
message BucketSpan { sint32 offset = 1; uint32 length = 2; }
message Histogram {
  oneof count { uint64 count_int = 1; double count_float = 2; }
  double sum = 3; sint32 schema = 4; double zero_threshold = 5;
  oneof zero_count { uint64 zero_count_int = 6; double zero_count_float = 7; }
  repeated BucketSpan negative_spans = 8; repeated sint64 negative_deltas = 9; repeated double negative_counts = 10;
  repeated BucketSpan positive_spans = 11; repeated sint64 positive_deltas = 12; repeated double positive_counts = 13;
  int64 timestamp = 15; repeated double custom_values = 16;
}
message SeriesOne { repeated Label labels = 1; repeated Sample samples = 2; repeated Histogram histograms = 4; }
message WriteRequest { repeated SeriesOne timeseries = 1; }
message Exemplar { repeated uint32 labels_refs = 1; double value = 2; int64 timestamp = 3; }
message Metadata { uint32 type = 1; uint32 help_ref = 3; uint32 unit_ref = 4; }
message SeriesTwo {
  repeated uint32 labels_refs = 1; repeated Sample samples = 2; repeated Histogram histograms = 3;
  repeated Exemplar exemplars = 4; Metadata metadata = 5; int64 created_timestamp = 6;
}
message Request { repeated string symbols = 4; repeated SeriesTwo timeseries = 5; }
`
const { root } = protobuf.parse(source, { keepCase: true })

export interface Series {
  labels: Record<string, string>
  samples?: { value: number; timestamp: number }[]
  histograms?: object[]
  exemplars?: object[]
}

const pack = (type: string, message: object) => {
  const found = root.lookupType(type)
  return new Uint8Array(compress(found.encode(found.fromObject(message)).finish()))
}

/** A body of remote write 1.0. */
export const bodyOne = (series: Series[]) =>
  pack('WriteRequest', {
    timeseries: series.map(({ labels, ...rest }) => ({
      labels: Object.entries(labels).map(([name, value]) => ({ name, value })),
      ...rest,
    })),
  })

/** A body of remote write 2.0. */
export function bodyTwo(series: Series[]) {
  const symbols = ['']
  const refOf = (text: string) => (symbols.includes(text) ? symbols.indexOf(text) : symbols.push(text) - 1)
  const timeseries = series.map(({ labels, ...rest }) => ({
    labels_refs: Object.entries(labels).flat().map(refOf),
    metadata: { type: 1, help_ref: refOf('Help.'), unit_ref: 0 },
    ...rest,
  }))
  return pack('Request', { symbols, timeseries })
}

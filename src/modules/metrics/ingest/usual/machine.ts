import { readFileSync } from 'node:fs'
import { parseTime } from '../../../../core/time'
import { limits, usual } from '../limits'
import { metricTypes } from '../metric'
import path from './reader.wasm' with { type: 'file' }

/** The reader that `wasm/` is compiled into, with the memory that it works in. */
export interface Machine {
  /** Reads the metrics of a body whose list begins behind `start`: how many; undefined where it is not in its usual form. */
  read(body: Uint8Array, start: number, sender: number, now: number): number | undefined
  /** Rows of what was read last; good until the next reading. */
  readonly columns: Columns
  /** Copies of the first rows of a column, and of all metadata. */
  take(rows: number): Taken
  /** The number under which the series of a row is known from now on: the given one unless an equal row has one. Undefined where no more are remembered. */
  learn(row: number, number: number): number | undefined
  forget(): void
}

interface Columns {
  /** Numbers of series; below 0 for those that are not known. */
  series: Int32Array
  /** Places in `metricTypes`. */
  types: Int32Array
  /** Where the dimensions stand in the body, and their bytes; 0 where there are none. */
  starts: Int32Array
  lengths: Int32Array
}

interface Taken {
  at: Float64Array
  value: Float64Array
  duration: Float64Array
  metadata: { bytes: Uint8Array; sizes: Int32Array }
}

/** What `wasm/reader.ts` exports. */
interface Exports extends Record<Place, WebAssembly.Global<'i32'>> {
  memory: WebAssembly.Memory
  readMetrics(from: number, length: number, sender: number, now: number): number
  metadataBytes(): number
  learnSeries(row: number, number: number): number
  forgetSeries(): void
}

type Place =
  | 'capacity'
  | 'input'
  | 'inputSize'
  | 'metadata'
  | 'words'
  | 'wordSize'
  | 'times'
  | 'values'
  | 'durations'
  | 'sizes'
  | 'series'
  | 'types'
  | 'starts'
  | 'lengths'

const imports = {
  mostMetrics: limits.metrics,
  future: limits.future,
  mostValue: usual.value,
  mostDuration: limits.duration,
  mostFields: limits.metadata,
  longestKey: limits.key,
  longestText: limits.metadataValue,
}
/** In the order of `wasm/scan.ts`. */
const words = [
  ...['type', 'timestamp', 'value', 'duration_ms', 'dimensions', 'metadata'].map((name) => `"${name}":`),
  ...metricTypes.map((type) => `"${type}"`),
  ...['null', 'true', 'false', '+00:00"'],
]

export function createMachine(): Machine {
  const { exports, bytes } = instantiate()
  const { capacity, input, inputSize, metadata } = exports
  const integers = (place: Place) => new Int32Array(bytes.buffer, exports[place].value, capacity.value)
  const floats = (place: Place) => new Float64Array(bytes.buffer, exports[place].value, capacity.value)
  const [at, value, duration, sizes] = [
    floats('times'),
    floats('values'),
    floats('durations'),
    integers('sizes'),
  ]
  const columns = {
    series: integers('series'),
    types: integers('types'),
    starts: integers('starts'),
    lengths: integers('lengths'),
  }
  const [from, most, texts] = [input.value, inputSize.value, metadata.value]
  return {
    columns,
    read(body, start, sender, now) {
      if (body.length > most) return undefined
      bytes.set(body, from)
      const rows = exports.readMetrics(start, body.length, sender, now)
      return rows < 0 ? undefined : rows
    },
    take: (rows) => ({
      at: at.slice(0, rows),
      value: value.slice(0, rows),
      duration: duration.slice(0, rows),
      metadata: { bytes: bytes.slice(texts, texts + exports.metadataBytes()), sizes: sizes.slice(0, rows) },
    }),
    learn(row, number) {
      const known = exports.learnSeries(row, number)
      return known < 0 ? undefined : known
    },
    forget: () => exports.forgetSeries(),
  }
}

function instantiate(): { exports: Exports; bytes: Uint8Array } {
  const module = new WebAssembly.Module(readFileSync(path))
  const time = { timeOfHour: (at: number) => timeOfHour(bytes.subarray(at, at + hour.length)) }
  const { exports } = new WebAssembly.Instance(module, { limits: imports, time }) as { exports: unknown }
  const machine = exports as Exports
  const bytes = new Uint8Array(machine.memory.buffer)
  const view = new DataView(bytes.buffer)
  for (const [at, word] of words.entries()) {
    const place = machine.words.value + machine.wordSize.value * at
    bytes.set(Buffer.from(word), place)
    bytes.fill(255, place + 32, place + 32 + word.length)
    view.setUint32(place + 64, word.length, true)
  }
  return { exports: machine, bytes }
}

const hour = '"2026-11-21T09:'

/** Infinite for what is no hour. */
function timeOfHour(bytes: Uint8Array): number {
  const text = Buffer.from(bytes).toString('latin1')
  if (!/^"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):$/.test(text)) return Number.POSITIVE_INFINITY
  return parseTime(`${text.slice(1)}00Z`) ?? Number.POSITIVE_INFINITY
}

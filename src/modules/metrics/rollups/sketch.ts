/**
 * A quantile sketch: DDSketch of Masson, Rim and Lee (VLDB 2019) with a relative accuracy of 1 %. A value lies in the bucket
 * `ceil(log_γ |x|)`, γ = 1.01 / 0.99, so every value of a bucket is within 1 % of the one that stands for it. Sketches of parts merge into exactly the
 * sketch of the whole, in any order. Values closer to zero than 1e-9 count as zero.
 *
 * Keys ascend with the values: positive ones for positive values, zero for zero, negative ones for negative values.
 */
export type Sketch = Map<number, number>

/** A quantile is off by at most this share of its value. */
export const accuracy = 0.01

const gamma = (1 + accuracy) / (1 - accuracy)
const perLog = 1 / Math.log(gamma)
const least = 1e-9

/** Makes every index of a value from `least` on positive. */
const shift = 1 - Math.ceil(Math.log(least) * perLog)

export const newSketch = (): Sketch => new Map()

/** The bucket of a finite value. */
export function keyOf(value: number): number {
  const size = Math.abs(value)
  if (size < least) return 0
  const key = Math.max(1, Math.ceil(Math.log(size) * perLog) + shift)
  return value < 0 ? -key : key
}

const mostKey = keyOf(Number.MAX_VALUE)

/** The value that stands for a bucket. */
export function valueAt(key: number): number {
  if (key === 0) return 0
  const size = (2 * gamma ** (Math.abs(key) - shift)) / (gamma + 1)
  return key < 0 ? -size : size
}

/** Adds a value so many times. */
export function addToSketch(sketch: Sketch, value: number, times = 1): void {
  const key = keyOf(value)
  sketch.set(key, (sketch.get(key) ?? 0) + times)
}

export function mergeSketch(into: Sketch, from: Sketch): void {
  // Half of the time that a loop over the entries takes.
  from.forEach((count, key) => {
    into.set(key, (into.get(key) ?? 0) + count)
  })
}

/**
 * The nearest rank of a quantile, counted from 1: that of the least of `count` values that at least the share `q` of them do not exceed. Of five, 0.95 is
 * the fifth.
 */
export const rankOf = (q: number, count: number): number =>
  // 0.07 × 100 is a little more than 7 in binary, and still means the seventh.
  Math.max(1, Math.ceil(q * count * (1 - 2 * Number.EPSILON)))

/** The value at a rank, counted from 1, within the accuracy; undefined where there are fewer. */
export function valueAtRank(sketch: Sketch, rank: number): number | undefined {
  let reached = 0
  for (const key of sortedKeys(sketch)) {
    reached += sketch.get(key)!
    if (reached >= rank) return valueAt(key)
  }
  return undefined
}

function sortedKeys(sketch: Sketch): Int32Array {
  const keys = new Int32Array(sketch.size)
  let at = 0
  for (const key of sketch.keys()) keys[at++] = key
  return at < 2 ? keys : keys.sort()
}

/** Most bytes of a bucket: two variable-length integers. */
const bucketBytes = 12
/** Written to, and copied from: a sketch is encoded very often. */
let scratch = new Uint8Array(64 * 1024)

/** As bytes for a row: distances of the keys and counts, as variable-length integers; two or three bytes a bucket. */
export function encodeSketch(sketch: Sketch): Uint8Array {
  const keys = sortedKeys(sketch)
  if (scratch.length < keys.length * bucketBytes) scratch = new Uint8Array(keys.length * bucketBytes)
  const bytes = scratch
  let at = 0
  let before = 0
  for (const key of keys) {
    at = writeInteger(bytes, at, zigzag(key - before))
    at = writeInteger(bytes, at, sketch.get(key)!)
    before = key
  }
  return bytes.slice(0, at)
}

const zigzag = (distance: number) => (distance < 0 ? -2 * distance - 1 : 2 * distance)

function writeInteger(bytes: Uint8Array, start: number, value: number): number {
  let at = start
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) + 128
  bytes[at++] = rest
  return at
}

/** Adds encoded sketches to this one without making one of each. */
export function mergeEncoded(into: Sketch, bytes: Uint8Array): void {
  readEncoded(bytes, (key, count) => into.set(key, (into.get(key) ?? 0) + count))
}

/** Adds encoded sketches to others. */
export interface SketchMerging {
  add(into: Sketch, bytes: Uint8Array): void
  /** Call it before the sketches are looked at. */
  end(): void
}

/** For many that follow each other into the same sketch: counted in one array, that takes a quarter of the time. */
export function createSketchMerging(): SketchMerging {
  let counts: Float64Array | undefined
  let into = newSketch()
  let low = mostKey
  let high = -mostKey
  const end = () => {
    if (!counts) return
    for (let key = low; key <= high; key++) {
      const count = counts[key + mostKey]!
      if (count > 0) into.set(key, (into.get(key) ?? 0) + count)
    }
    counts.fill(0, low + mostKey, high + mostKey + 1)
    low = mostKey
    high = -mostKey
  }
  return {
    add(sketch, bytes) {
      if (sketch !== into) end()
      into = sketch
      // Half a megabyte, which most groups without quantiles do without.
      counts ??= new Float64Array(2 * mostKey + 1)
      const found = counts
      readEncoded(bytes, (key, count) => {
        found[key + mostKey]! += count
        if (key < low) low = key
        if (key > high) high = key
      })
    },
    end,
  }
}

/**
 * Adds to each place how many values of an encoded sketch lie in a bucket up to the key of that place and beyond the one before; keys ascend. What is beyond
 * the last of them is left out.
 */
export function addingBetween(keys: Int32Array): (into: Float64Array, bytes: Uint8Array) => void {
  const places = new Uint16Array(2 * mostKey + 1).fill(keys.length)
  keys.forEach((key, place) => {
    places.fill(place, place === 0 ? 0 : keys[place - 1]! + mostKey + 1, key + mostKey + 1)
  })
  return (into, bytes) =>
    readEncoded(bytes, (key, count) => {
      const place = places[key + mostKey]!
      if (place < keys.length) into[place]! += count
    })
}

/** Every bucket of an encoded sketch, keys ascending. */
function readEncoded(bytes: Uint8Array, each: (key: number, count: number) => void): void {
  const end = bytes.length
  let at = 0
  let key = 0
  // Most integers are one byte; a function that reads the others in its place would double the time.
  while (at < end) {
    let distance = bytes[at++]!
    if (distance > 127) {
      distance -= 128
      for (let scale = 128, byte = 128; byte > 127; scale *= 128) {
        byte = bytes[at++]!
        distance += (byte & 127) * scale
      }
    }
    key += (distance >>> 1) ^ -(distance & 1)
    let count = bytes[at++]!
    if (count > 127) {
      count -= 128
      for (let scale = 128, byte = 128; byte > 127; scale *= 128) {
        byte = bytes[at++]!
        count += (byte & 127) * scale
      }
    }
    each(key, count)
  }
}

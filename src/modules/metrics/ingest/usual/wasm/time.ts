import { colon, digitOf, dot, lengthOf, quote, startsWith, wordOffset } from './scan'

/** The time of an hour, written `"2026-11-21T09:`; infinite where it is none. */
declare function timeOfHour(at: usize): f64

/** The time that `behindTime` read last, in milliseconds since the epoch. */
export let time: f64 = 0

/** Bytes of an hour as it is written, of which eight are read twice. */
const hourSize: usize = 15
/** The hour of the time before, which most often is the next one's too. */
let hourStart: u64 = 0
let hourEnd: u64 = 0
let hourAt: f64 = 0

const z: u8 = 0x5a

/** Behind a timestamp in full form and UTC. */
export function behindTime(at: usize): usize {
  if (!setHour(at)) return 0
  const minutes = below60(at + hourSize)
  const seconds = below60(at + 18)
  if ((minutes | seconds) < 0 || load<u8>(at, 17) !== colon) return 0
  let end = at + 20
  let ms = 0
  if (load<u8>(end) === dot) {
    const from = ++end
    for (let digit = digitOf(load<u8>(end)); digit < 10; digit = digitOf(load<u8>(++end)))
      if (end < from + 3) ms = 10 * ms + <i32>digit
    if (end === from || end > from + 9) return 0
    for (let digit = end; digit < from + 3; digit++) ms *= 10
  }
  time = hourAt + <f64>(1000 * (60 * minutes + seconds) + ms)
  const sign = load<u8>(end)
  if (sign === quote) return end + 1
  if (sign === z && load<u8>(end, 1) === quote) return end + 2
  return startsWith(end, wordOffset) ? end + lengthOf(wordOffset) : 0
}

function setHour(at: usize): bool {
  const start = load<u64>(at)
  const end = load<u64>(at + hourSize - 8)
  if (start === hourStart && end === hourEnd) return true
  const found = timeOfHour(at)
  if (found === Infinity) return false
  hourStart = start
  hourEnd = end
  hourAt = found
  return true
}

/** Two digits that make less than 60, else -1. */
function below60(at: usize): i32 {
  const tens = digitOf(load<u8>(at))
  const ones = digitOf(load<u8>(at, 1))
  return tens < 6 && ones < 10 ? <i32>(10 * tens + ones) : -1
}

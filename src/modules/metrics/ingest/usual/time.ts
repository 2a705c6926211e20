import { parseTime } from '../../../../core/time'
import { ascii, type Body, bodyOf, digitAt, dot, giveUp, ifUsual, quote, startsWith, wordOf } from './scan'

/** The time that `behindTime` read last, in milliseconds since the epoch. */
export let time = 0

/** The hour of the timestamp before, `"2026-11-21T09:`, which most often is the next one's too, and its time. */
let hour = ascii('"1970-01-01T00:')
let hourAt = 0

const offset = ascii('+00:00"')
const z = 0x5a

/** Behind a timestamp in full form and UTC. */
export function behindTime(body: Body, at: number): number {
  const { bytes } = body
  if (!startsWith(body, at, hour)) setHour(bytes, at)
  const seconds = 60 * below60(bytes, at + 15) + below60(bytes, at + 18)
  if (bytes[at + 17] !== 0x3a) giveUp()
  let end = at + 20
  let ms = 0
  if (bytes[end] === dot) {
    const from = ++end
    for (let digit = digitAt(bytes, end); digit < 10; digit = digitAt(bytes, ++end))
      if (end < from + 3) ms = 10 * ms + digit
    if (end < from + 3 || end > from + 9) giveUp()
  }
  time = hourAt + 1000 * seconds + ms
  if (bytes[end] === quote) return end + 1
  if (bytes[end] === z && bytes[end + 1] === quote) return end + 2
  return startsWith(body, end, offset) ? end + offset.length : giveUp()
}

function setHour(bytes: Uint8Array, at: number): void {
  const start = bytes.slice(at, at + hour.length)
  const text = Buffer.from(start).toString('latin1')
  const ms = parseTime(`${text.slice(1)}00Z`)
  if (!/^"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):$/.test(text) || ms === undefined) giveUp()
  hour = wordOf(bodyOf(start))
  hourAt = ms
}

/** Two digits that make less than 60. */
function below60(bytes: Uint8Array, at: number): number {
  const [tens, ones] = [digitAt(bytes, at), digitAt(bytes, at + 1)]
  return tens < 6 && ones < 10 ? 10 * tens + ones : giveUp()
}

const encoder = new TextEncoder()
/** Longer than any timestamp in its usual form. */
const own = bodyOf(new Uint8Array(48))

/** The time that a text in the same form is, without its quotes; undefined for any other text. */
export function readUsualTime(text: string): number | undefined {
  const { written } = encoder.encodeInto(`"${text}"`, own.bytes)
  return ifUsual(() => (behindTime(own, 0) === written ? time : undefined))
}

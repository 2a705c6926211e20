/**
 * Decoder of Snappy's block format (google/snappy, format_description.txt). Written here because snappyjs and its ports take a literal's
 * 4-byte length as signed: five bytes make them read the same place for ever.
 *
 * Throws RangeError when the block announces more than `most` bytes, is broken, or ends early.
 */
export function uncompress(block: Uint8Array, most: number): Uint8Array {
  const { value: length, next } = announcedLength(block)
  if (length > most) throw new RangeError(`unpacks to ${length} bytes; the most is ${most}`)
  const out = new Uint8Array(length)
  let [from, to] = [next, 0]
  while (from < block.length) {
    const tag = block[from]!
    const element = (tag & 3) === 0 ? literalAt(block, from) : copyAt(block, from)
    if (element.length > length - to) throw broken()
    if (element.offset === 0) out.set(block.subarray(element.next - element.length, element.next), to)
    else repeat(out, to, element)
    from = element.next
    to += element.length
  }
  if (to !== length) throw broken()
  return out
}

const broken = () => new RangeError('is no whole Snappy block')

/** A piece of output: `length` bytes from before `next` in the block, or from `offset` back in the output. */
interface Element {
  length: number
  offset: number
  next: number
}

/** Bytes of a block; past its end there is nothing to read. */
function byte(block: Uint8Array, at: number): number {
  if (at >= block.length) throw broken()
  return block[at]!
}

function announcedLength(block: Uint8Array): { value: number; next: number } {
  let value = 0
  for (let at = 0; at < 5; at++) {
    const part = byte(block, at)
    value += (part & 0x7f) * 2 ** (7 * at)
    if (part < 0x80) return { value, next: at + 1 }
  }
  throw broken()
}

function number(block: Uint8Array, at: number, bytes: number): number {
  let value = 0
  for (let i = 0; i < bytes; i++) value += byte(block, at + i) * 2 ** (8 * i)
  return value
}

function literalAt(block: Uint8Array, at: number): Element {
  const short = block[at]! >>> 2
  const extra = short < 60 ? 0 : short - 59
  const length = (extra === 0 ? short : number(block, at + 1, extra)) + 1
  const next = at + 1 + extra + length
  if (next > block.length) throw broken()
  return { length, offset: 0, next }
}

function copyAt(block: Uint8Array, at: number): Element {
  const tag = block[at]!
  const kind = tag & 3
  if (kind === 1) {
    const offset = (tag >>> 5) * 256 + byte(block, at + 1)
    return checked({ length: ((tag >>> 2) & 7) + 4, offset, next: at + 2 })
  }
  const bytes = kind === 2 ? 2 : 4
  return checked({ length: (tag >>> 2) + 1, offset: number(block, at + 1, bytes), next: at + 1 + bytes })
}

function checked(element: Element): Element {
  if (element.offset === 0) throw broken()
  return element
}

/** A copy may reach into what it writes: that is how runs are packed. */
function repeat(out: Uint8Array, to: number, { length, offset }: Element): void {
  const from = to - offset
  if (from < 0) throw broken()
  if (offset >= length) {
    out.copyWithin(to, from, from + length)
    return
  }
  for (let i = 0; i < length; i++) out[to + i] = out[from + i]!
}

// Protobuf into one buffer that is used again and again: nothing is allocated but the result. A message's length is
// written when the message is, into room that was left for it: a byte for what is surely short, else four, of which
// the format allows the spare ones.

const firstBytes = 64 * 1_024
/** Above this the buffer is not kept: one unusual batch must not cost memory for ever. */
const mostKeptBytes = 4 * 1_024 * 1_024
const longestShort = 127
const longLengthBytes = 4
/** Up to here a loop is faster than a call into the runtime. */
const shortText = 64
/** UTF-8 needs no more for a unit of UTF-16. */
const bytesPerUnit = 3

export class ProtobufWriter {
  #bytes = Buffer.allocUnsafeSlow(firstBytes)
  #view = viewOf(this.#bytes)
  #at = 0

  reset(): void {
    this.#at = 0
    if (this.#bytes.length > mostKeptBytes) this.#allocate(firstBytes)
  }

  /** A copy: what waits to be sent holds not a byte more. */
  take(): Buffer {
    const written = Buffer.allocUnsafeSlow(this.#at)
    this.#bytes.copy(written, 0, 0, this.#at)
    return written
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  /** A tag is one byte for the first fifteen fields, two above. */
  tag(field: number, wireType: number): void {
    this.varint((field << 3) | wireType)
  }

  /** From 0 to 2^32 - 1. */
  varint(value: number): void {
    this.#room(5)
    let left = value
    while (left > 0x7f) {
      this.#bytes[this.#at++] = (left & 0x7f) | 0x80
      left >>>= 7
    }
    this.#bytes[this.#at++] = left
  }

  /** A whole number that a double can hold; below 0 in ten bytes, as the format has it. */
  int64(value: number): void {
    if (value >= 0 && value <= 0xffff_ffff) {
      this.varint(value)
      return
    }
    this.#room(10)
    let left = BigInt.asUintN(64, BigInt(value))
    while (left > 0x7fn) {
      this.#bytes[this.#at++] = Number(left & 0x7fn) | 0x80
      left >>= 7n
    }
    this.#bytes[this.#at++] = Number(left)
  }

  fixed32(value: number): void {
    this.#room(4)
    this.#view.setUint32(this.#at, value, true)
    this.#at += 4
  }

  double(value: number): void {
    this.#room(8)
    this.#view.setFloat64(this.#at, value, true)
    this.#at += 8
  }

  /** Seconds and nanoseconds as nanoseconds, without a BigInt: both halves of the product are exact in doubles. */
  nanoseconds([seconds, nanos]: readonly [number, number]): void {
    const upper = Math.floor(seconds / 0x1_0000) * 1e9
    const lower = (upper % 0x1_0000) * 0x1_0000 + (seconds % 0x1_0000) * 1e9 + nanos
    this.fixed32(lower >>> 0)
    this.fixed32(Math.floor(upper / 0x1_0000) + Math.floor(lower / 0x1_0000_0000))
  }

  /** Hexadecimal digits, as ids are kept, with the number of the bytes before them. */
  hex(digits: string): void {
    const length = digits.length >> 1
    this.varint(length)
    this.#room(length)
    for (let at = 0; at < length; at++) {
      const [high, low] = [digits.charCodeAt(2 * at), digits.charCodeAt(2 * at + 1)]
      this.#bytes[this.#at++] = (nibble(high) << 4) | nibble(low)
    }
  }

  text(text: string): void {
    const isShort = text.length * bytesPerUnit <= longestShort
    const start = this.begin(isShort)
    this.#room(text.length * bytesPerUnit)
    if (text.length > shortText || !this.#ascii(text)) {
      const after = this.#after(start, isShort)
      this.#at = after + this.#bytes.write(text, after, 'utf8')
    }
    this.end(start, isShort)
  }

  /** Leaves room for a length. */
  begin(isShort: boolean): number {
    const start = this.#at
    this.#room(longLengthBytes)
    this.#at = this.#after(start, isShort)
    return start
  }

  end(start: number, isShort: boolean): void {
    const length = this.#at - this.#after(start, isShort)
    if (isShort) {
      this.#bytes[start] = length
      return
    }
    this.#bytes[start] = (length & 0x7f) | 0x80
    this.#bytes[start + 1] = ((length >>> 7) & 0x7f) | 0x80
    this.#bytes[start + 2] = ((length >>> 14) & 0x7f) | 0x80
    this.#bytes[start + 3] = length >>> 21
  }

  #after(start: number, isShort: boolean): number {
    return start + (isShort ? 1 : longLengthBytes)
  }

  /** Stops at the first character that takes more than one byte. */
  #ascii(text: string): boolean {
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      if (code > 0x7f) return false
      this.#bytes[this.#at++] = code
    }
    return true
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return
    const before = this.#bytes
    this.#allocate(Math.max(this.#at + bytes, before.length * 2))
    before.copy(this.#bytes, 0, 0, this.#at)
  }

  #allocate(bytes: number): void {
    this.#bytes = Buffer.allocUnsafeSlow(bytes)
    this.#view = viewOf(this.#bytes)
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

/** The value of a digit. Ids are in lower case, but who makes them by hand may not know. */
function nibble(code: number): number {
  return code < 0x40 ? code - 0x30 : (code | 0x20) - 0x57
}

// Reads protobuf's wire format out of one request body. Every length is checked against the message around it,
// nesting and the number of messages are bounded, and whatever is wrong ends in a DecodeError.
import { DecodeError } from './decode-error.ts'
import { StringTable } from './string-table.ts'

const deepestNesting = 64
/** A body within the size limit that means well stays far below; a body of empty messages does not. */
const mostMessages = 1_000_000

const wireVarint = 0
const wireFixed64 = 1
const wireLength = 2
const wireFixed32 = 5

/** Tables outlive one body, because the next batch repeats the strings of this one. */
export interface StringTables {
  readonly text: StringTable
  readonly hex: StringTable
}

export function createStringTables(): StringTables {
  return { text: new StringTable('utf8'), hex: new StringTable('hex') }
}

export class ProtobufReader {
  /** Number of the field that `next` moved to. */
  field = 0

  readonly #bytes: Buffer
  readonly #tables: StringTables
  #wireType = 0
  #position = 0
  #end: number
  #depth = 0
  #messages = 0
  // The halves of the last varint.
  #low = 0
  #high = 0

  constructor(bytes: Buffer, tables: StringTables) {
    this.#bytes = bytes
    this.#tables = tables
    this.#end = bytes.length
  }

  /** Moves to the next field of the current message; its value must then be read or skipped. */
  next(): boolean {
    if (this.#position === this.#end) return false
    this.#readVarint()
    this.field = this.#low >>> 3
    this.#wireType = this.#low & 7
    if (this.#high !== 0 || this.field === 0) throw new DecodeError('a field has no valid number')
    return true
  }

  /** Goes into a nested message; what it returns goes back to `leave`. */
  enter(): number {
    const end = this.#readLength()
    this.#depth += 1
    this.#messages += 1
    if (this.#depth > deepestNesting) throw new DecodeError('messages are nested too deeply')
    if (this.#messages > mostMessages) throw new DecodeError('too many messages in one request')
    const outer = this.#end
    this.#end = end
    return outer
  }

  leave(outer: number): void {
    this.#depth -= 1
    this.#end = outer
  }

  string(): string {
    const end = this.#readLength()
    const text = this.#tables.text.read(this.#bytes, this.#position, end)
    this.#position = end
    return text
  }

  /** Bytes as lower-case hex: what ids are shown as. */
  hex(): string {
    const end = this.#readLength()
    const text = this.#tables.hex.read(this.#bytes, this.#position, end)
    this.#position = end
    return text
  }

  base64(): string {
    const end = this.#readLength()
    const text = this.#bytes.toString('base64', this.#position, end)
    this.#position = end
    return text
  }

  uint32(): number {
    this.#expect(wireVarint)
    this.#readVarint()
    return this.#low
  }

  bool(): boolean {
    this.#expect(wireVarint)
    this.#readVarint()
    return this.#low !== 0 || this.#high !== 0
  }

  int64(): bigint {
    this.#expect(wireVarint)
    this.#readVarint()
    return BigInt.asIntN(64, (BigInt(this.#high) << 32n) | BigInt(this.#low))
  }

  fixed64(): bigint {
    const at = this.#advance(wireFixed64, 8)
    return this.#bytes.readBigUInt64LE(at)
  }

  double(): number {
    const at = this.#advance(wireFixed64, 8)
    return this.#bytes.readDoubleLE(at)
  }

  skip(): void {
    switch (this.#wireType) {
      case wireVarint:
        this.#readVarint()
        break
      case wireFixed64:
        this.#advance(wireFixed64, 8)
        break
      case wireLength:
        this.#position = this.#readLength()
        break
      case wireFixed32:
        this.#advance(wireFixed32, 4)
        break
      default:
        throw new DecodeError(`wire type ${this.#wireType} is not in use`)
    }
  }

  #expect(wireType: number): void {
    if (this.#wireType === wireType) return
    throw new DecodeError(`field ${this.field} has wire type ${this.#wireType}, not ${wireType}`)
  }

  #advance(wireType: number, byteCount: number): number {
    this.#expect(wireType)
    const at = this.#position
    if (byteCount > this.#end - at) throw new DecodeError('the message ends within a field')
    this.#position = at + byteCount
    return at
  }

  /** Where the length-delimited value that starts here ends. */
  #readLength(): number {
    this.#expect(wireLength)
    this.#readVarint()
    if (this.#high !== 0 || this.#low > this.#end - this.#position) {
      throw new DecodeError('a length points past the end of its message')
    }
    return this.#position + this.#low
  }

  #readVarint(): void {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#position >= this.#end) throw new DecodeError('the message ends within a number')
      const byte = this.#bytes[this.#position++] as number
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else high |= shift < 63 ? bits << (shift - 32) : (bits & 1) << 31
      if (byte < 0x80) {
        this.#low = low >>> 0
        this.#high = high >>> 0
        return
      }
    }
    throw new DecodeError('a number has more than ten bytes')
  }
}

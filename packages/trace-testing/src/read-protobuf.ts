// Protobuf into the object that its JSON form would be. A message is described by a table of its fields, so that a
// format is data: `otlp-messages.ts` is all that is known here of OTLP.

type Scalar =
  | 'string'
  | 'hex'
  | 'base64'
  | 'bool'
  | 'uint32'
  | 'sint32'
  | 'fixed32'
  | 'int64'
  | 'uint64'
  | 'fixed64'
  | 'sfixed64'
  | 'double'

export interface Field {
  readonly name: string
  /** A function, because messages can be inside themselves. */
  readonly type: Scalar | (() => Message)
  readonly isList: boolean
}

export type Message = Readonly<Record<number, Field>>
export type Fields = Record<string, unknown>

const deepestNesting = 64

const wire = { varint: 0, fixed64: 1, length: 2, fixed32: 5 } as const

/** Unknown fields are skipped; bytes that are no such message are an error. */
export function readProtobuf(bytes: Buffer, message: Message, depth = 0): Fields {
  if (depth > deepestNesting) throw new Error('messages are nested too deeply')
  const reader = new WireReader(bytes)
  const fields: Fields = {}
  while (!reader.isAtEnd) {
    const tag = Number(reader.varint())
    const wireType = tag & 7
    const field = message[tag >>> 3]
    if (field === undefined) reader.skip(wireType)
    else if (field.isList) addEach(fields, reader, wireType, field, depth)
    else fields[field.name] = readOne(reader, wireType, field, depth)
  }
  return fields
}

function readOne(reader: WireReader, wireType: number, { name, type }: Field, depth: number) {
  const expected = wireTypeOf(type)
  if (wireType !== expected) throw new Error(`${name} has wire type ${wireType}, not ${expected}`)
  return typeof type === 'function'
    ? readProtobuf(reader.bytes(), type(), depth + 1)
    : readScalar(reader, type)
}

/** Lists of numbers come packed into one value, or one by one. */
function addEach(
  fields: Fields,
  reader: WireReader,
  wireType: number,
  field: Field,
  depth: number,
): void {
  const { name, type } = field
  fields[name] ??= []
  const values = fields[name] as unknown[]
  const isPacked = wireType === wire.length && wireTypeOf(type) !== wire.length
  if (!isPacked || typeof type === 'function') {
    values.push(readOne(reader, wireType, field, depth))
    return
  }
  const packed = new WireReader(reader.bytes())
  while (!packed.isAtEnd) values.push(readScalar(packed, type))
}

function wireTypeOf(type: Field['type']): number {
  switch (type) {
    case 'bool':
    case 'uint32':
    case 'sint32':
    case 'int64':
    case 'uint64':
      return wire.varint
    case 'fixed64':
    case 'sfixed64':
    case 'double':
      return wire.fixed64
    case 'fixed32':
      return wire.fixed32
    default:
      return wire.length
  }
}

function readScalar(reader: WireReader, type: Scalar): string | number | boolean {
  switch (type) {
    case 'string':
      return reader.bytes().toString('utf8')
    case 'hex':
    case 'base64':
      return reader.bytes().toString(type)
    case 'bool':
      return reader.varint() !== 0n
    case 'uint32':
      return Number(BigInt.asUintN(32, reader.varint()))
    case 'sint32':
      return zigzag(Number(BigInt.asUintN(32, reader.varint())))
    case 'fixed32':
      return reader.take(4).readUInt32LE()
    case 'int64':
      return String(BigInt.asIntN(64, reader.varint()))
    case 'uint64':
      return String(reader.varint())
    case 'fixed64':
      return String(reader.take(8).readBigUInt64LE())
    case 'sfixed64':
      return String(reader.take(8).readBigInt64LE())
    case 'double':
      return jsonDouble(reader.take(8).readDoubleLE())
  }
}

function zigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1)
}

/** JSON has no NaN and no infinity. */
function jsonDouble(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}

class WireReader {
  readonly #bytes: Buffer
  #position = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#bytes.length
  }

  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.take(1)[0] as number
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new Error('a number has more than ten bytes')
  }

  bytes(): Buffer {
    return this.take(Number(this.varint()))
  }

  take(count: number): Buffer {
    const end = this.#position + count
    if (end > this.#bytes.length) throw new Error('the message ends within a field')
    const taken = this.#bytes.subarray(this.#position, end)
    this.#position = end
    return taken
  }

  skip(wireType: number): void {
    if (wireType === wire.varint) this.varint()
    else if (wireType === wire.fixed64) this.take(8)
    else if (wireType === wire.length) this.bytes()
    else if (wireType === wire.fixed32) this.take(4)
    else throw new Error(`wire type ${wireType} is not in use`)
  }
}

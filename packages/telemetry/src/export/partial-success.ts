// The receiver's answer in protobuf: { 1: partial success { 1: how many it rejected, 2: why } }, for spans and for log
// records alike. It is empty when all is well.
import type { Accepted } from './outcome.ts'

const tags = { partialSuccess: 0x0a, rejected: 0x08, message: 0x12 } as const

/** Throws when it is none. */
export function readPartialSuccess(answer: Uint8Array): Accepted {
  let rejectedCount = 0
  let remark = ''
  for (const outer of fieldsOf(answer)) {
    if (outer.tag !== tags.partialSuccess || !outer.bytes) continue
    for (const { tag, value, bytes } of fieldsOf(outer.bytes)) {
      if (tag === tags.rejected) rejectedCount = value
      if (tag === tags.message && bytes) remark = Buffer.from(bytes).toString()
    }
  }
  return { is: 'accepted', rejectedCount, ...(remark && { remark }) }
}

interface Field {
  readonly tag: number
  readonly value: number
  readonly bytes?: Uint8Array
}

/** Of the two wire types that there are in it. */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let factor = 1; at < message.length; factor *= 128) {
      const byte = message[at++] ?? 0
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
    throw new Error('it ends within a number')
  }
  while (at < message.length) {
    const tag = varint()
    const value = varint()
    if ((tag & 7) === 0) {
      yield { tag, value }
    } else if ((tag & 7) === 2 && at + value <= message.length) {
      yield { tag, value, bytes: message.subarray(at, at + value) }
      at += value
    } else {
      throw new Error('it is no such message')
    }
  }
}

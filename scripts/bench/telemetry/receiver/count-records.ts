// How many spans or log records an OTLP request holds, without decoding them. In both, the path is the same: field 1
// (resource), field 2 (scope), field 2 (record).
const path = [1, 2, 2]
const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

export function countRecords(
  request: Uint8Array,
  depth = 0,
  start = 0,
  end = request.length,
): number {
  let count = 0
  let at = start
  while (at < end) {
    const tag = readVarint(request, at)
    at = tag.next
    switch (tag.value & 7) {
      case wireType.varint:
        at = readVarint(request, at).next
        break
      case wireType.fixed64:
        at += 8
        break
      case wireType.fixed32:
        at += 4
        break
      case wireType.bytes: {
        const length = readVarint(request, at)
        at = length.next + length.value
        if (tag.value >> 3 !== path[depth]) break
        count += depth === path.length - 1 ? 1 : countRecords(request, depth + 1, length.next, at)
        break
      }
      default:
        throw new Error(`not a protobuf message: wire type ${tag.value & 7} at ${at}`)
    }
  }
  return count
}

function readVarint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0
  let factor = 1
  for (let next = at; next < bytes.length; next++) {
    const byte = bytes[next] ?? 0
    value += (byte & 0x7f) * factor
    if (byte < 0x80) return { value, next: next + 1 }
    factor *= 128
  }
  throw new Error(`a varint without an end at ${at}`)
}

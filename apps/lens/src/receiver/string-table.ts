// Gives the same short bytes the same string: attribute keys, names and ids repeat in every span, so this saves
// most of the decoding and much of the memory. A slot holds the last string that fell into it, hence the bound.

const slotCount = 8_192
const longestBytes = 64

interface Slot {
  readonly bytes: Buffer
  readonly text: string
}

export class StringTable {
  readonly #slots: (Slot | undefined)[] = new Array(slotCount)
  readonly #encoding: 'utf8' | 'hex'

  constructor(encoding: 'utf8' | 'hex') {
    this.#encoding = encoding
  }

  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start
    if (length === 0) return ''
    if (length > longestBytes) return bytes.toString(this.#encoding, start, end)
    const index = hash(bytes, start, end) % slotCount
    const slot = this.#slots[index]
    if (slot && isSame(slot.bytes, bytes, start, length)) return slot.text
    const text = bytes.toString(this.#encoding, start, end)
    this.#slots[index] = { bytes: Buffer.from(bytes.subarray(start, end)), text }
    return text
  }
}

/** FNV-1a, 32 bits. */
function hash(bytes: Buffer, start: number, end: number): number {
  let value = 0x811c9dc5
  for (let index = start; index < end; index++) {
    value = Math.imul(value ^ (bytes[index] as number), 0x01000193)
  }
  return value >>> 0
}

function isSame(known: Buffer, bytes: Buffer, start: number, length: number): boolean {
  if (known.length !== length) return false
  for (let index = 0; index < length; index++) {
    if (known[index] !== bytes[start + index]) return false
  }
  return true
}

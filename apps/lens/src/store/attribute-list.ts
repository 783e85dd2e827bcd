// Attributes as the store keeps them: keys and values in one flat array. An object for each span would be as small
// when all spans have the same keys, but a sender who makes up new keys would make V8 build a hidden class for
// each, at a hundred times the cost. The last of several values for one key counts.
import type { Attributes, AttributeValue } from '../api/trace-json.ts'

export type StoredValue = string | number | boolean | null | readonly StoredValue[] | AttributeList

export class AttributeList {
  // Not a # field: then two lists with the same content compare as equal.
  private readonly pairs: StoredValue[] = []

  add(key: string, value: StoredValue): void {
    this.pairs.push(key, value)
  }

  get(key: string): StoredValue | undefined {
    for (let index = this.pairs.length - 2; index >= 0; index -= 2) {
      if (this.pairs[index] === key) return this.pairs[index + 1]
    }
    return undefined
  }

  get size(): number {
    return this.pairs.length / 2
  }

  /** Of all keys together, in characters. */
  get keyLength(): number {
    let length = 0
    for (let index = 0; index < this.pairs.length; index += 2) {
      length += (this.pairs[index] as string).length
    }
    return length
  }

  *values(): Generator<StoredValue> {
    for (let index = 1; index < this.pairs.length; index += 2) {
      yield this.pairs[index] as StoredValue
    }
  }

  /** `fromEntries` makes even `__proto__` a plain key. */
  toJSON(): Attributes {
    const entries: [string, AttributeValue][] = []
    for (let index = 0; index < this.pairs.length; index += 2) {
      const [key, value] = [this.pairs[index] as string, this.pairs[index + 1] as StoredValue]
      entries.push([key, valueToJson(value)])
    }
    return Object.fromEntries(entries)
  }
}

export function valueToJson(value: StoredValue): AttributeValue {
  if (value instanceof AttributeList) return value.toJSON()
  return isList(value) ? value.map(valueToJson) : value
}

function isList(value: StoredValue): value is readonly StoredValue[] {
  return Array.isArray(value)
}

// Attributes as OTLP's JSON writes them: a list of keys, each with a value that names its own type.
import { list, record, string, unexpected } from './read-json.ts'
import type { Attributes, AttributeValue } from './trace.ts'

export function readOtlpAttributes(value: unknown, path: string): Attributes {
  const entries = list(value ?? [], path).map((each, index) => {
    const attribute = record(each, `${path}[${index}]`)
    const key = string(attribute.key, `${path}[${index}].key`)
    return [key, readOtlpValue(attribute.value, `${path}.${key}`)] as const
  })
  return Object.fromEntries(entries)
}

export function readOtlpValue(value: unknown, path: string): AttributeValue {
  const [entry] = Object.entries(record(value ?? {}, path))
  // An AnyValue without a field is the empty value.
  if (entry === undefined) return null
  const [type, content] = entry
  switch (type) {
    case 'stringValue':
    case 'bytesValue':
      return string(content, path)
    case 'boolValue':
      return content === true
    case 'intValue':
    case 'doubleValue':
      return readNumber(content, path)
    case 'arrayValue': {
      const { values } = record(content, path)
      return list(values ?? [], path).map((each, index) => readOtlpValue(each, `${path}[${index}]`))
    }
    case 'kvlistValue':
      return readOtlpAttributes(record(content, path).values, path)
    default:
      return unexpected('a value of OTLP', value, path)
  }
}

/** Integers of 64 bits come as text; those that a number cannot hold stay text. */
function readNumber(content: unknown, path: string): number | string {
  if (typeof content === 'number') return content
  const text = string(content, path)
  const number = Number(text)
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(number) ? text : number
}

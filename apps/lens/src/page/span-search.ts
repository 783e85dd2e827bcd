// Search within a trace: words that must all match somewhere in a span or in its logs.
//   word · service:core · kind:server · status:error · key=value
import type { Attributes, AttributeValue } from '../api/trace-json.ts'
import type { SpanNode } from './trace-tree.ts'

type Test = (node: SpanNode) => boolean

/** `undefined` when there is nothing to look for. */
export function spanSearch(query: string): Test | undefined {
  const tests = query.split(/\s+/).filter(Boolean).map(wordTest)
  return tests.length === 0 ? undefined : (node) => tests.every((test) => test(node))
}

function wordTest(word: string): Test {
  const [field, wanted] = splitAt(word, ':')
  if (field === 'service') return ({ span }) => span.service === wanted
  if (field === 'kind') return ({ span }) => span.kind === wanted.toUpperCase()
  if (field === 'status') return ({ span }) => span.status.code === wanted.toUpperCase()
  const [key, value] = splitAt(word, '=')
  if (key)
    return ({ span }) => Object.hasOwn(span.attributes, key) && text(span.attributes[key]) === value
  return textTest(word.toLowerCase())
}

function textTest(word: string): Test {
  const has = (content: string) => content.toLowerCase().includes(word)
  const inAttributes = (attributes: Attributes) =>
    Object.entries(attributes).some(([key, value]) => has(key) || has(text(value)))
  return ({ span, logs }) =>
    has(span.name) ||
    has(span.service) ||
    has(span.spanId) ||
    has(span.status.message ?? '') ||
    inAttributes(span.attributes) ||
    span.events.some((event) => has(event.name) || inAttributes(event.attributes)) ||
    logs.some(({ log }) => has(text(log.body)) || inAttributes(log.attributes))
}

/** Empty first half when the sign is not there. */
function splitAt(word: string, sign: string): readonly [string, string] {
  const at = word.indexOf(sign)
  return at <= 0 ? ['', ''] : [word.slice(0, at), word.slice(at + 1)]
}

export function text(value: AttributeValue | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

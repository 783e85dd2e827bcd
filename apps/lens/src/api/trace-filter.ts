// The filter of the list: words that must all match.
//   word            part of a span's name, a service's name or the trace id
//   service:core    has a span of that service
//   status:error    has a span in error
//   key=value       a span has that attribute

import type { StoredValue } from '../store/attribute-list.ts'
import type { StoredTrace } from '../store/stored-trace.ts'

export type TraceFilter = (trace: StoredTrace) => boolean

const mostWords = 10

export function parseFilter(query: string): TraceFilter {
  const tests = query.split(/\s+/).filter(Boolean).slice(0, mostWords).map(wordFilter)
  return (trace) => tests.every((test) => test(trace))
}

export function hasService(name: string): TraceFilter {
  return (trace) => trace.summary().services.some((service) => service.name === name)
}

function wordFilter(word: string): TraceFilter {
  if (word === 'status:error') return (trace) => trace.summary().errorCount > 0
  if (word.startsWith('service:')) return hasService(word.slice('service:'.length))
  const equals = word.indexOf('=')
  if (equals > 0) return hasAttribute(word.slice(0, equals), word.slice(equals + 1))
  return hasText(word)
}

function hasAttribute(key: string, value: string): TraceFilter {
  return (trace) => {
    for (const { attributes } of trace.spans.values()) {
      const found = attributes.get(key)
      if (found !== undefined && asText(found) === value) return true
    }
    return false
  }
}

function asText(value: StoredValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function hasText(word: string): TraceFilter {
  // Faster than lower-casing every name of every trace.
  const pattern = new RegExp(RegExp.escape(word), 'i')
  return (trace) => {
    if (pattern.test(trace.traceId)) return true
    if (trace.summary().services.some(({ name }) => pattern.test(name))) return true
    for (const { name } of trace.spans.values()) if (pattern.test(name)) return true
    return false
  }
}

// Names with parts: `{http.request.method} {http.route}`. A part is an attribute that stands beside the name, or one of
// a closed set; so a name can hold an identifier only where an attribute of few values is said to be in it.
import type { LogEvent, Registry, Span, SpanKind } from './registry.ts'

export interface ObservedSpan {
  readonly name: string
  readonly kind: SpanKind
  readonly attributes: ReadonlyMap<string, unknown>
}

/** The declarations that a span may be an instance of; none: it is undeclared. */
export function findSpans({ spans }: Registry, observed: ObservedSpan): Span[] {
  return spans.filter(
    ({ kind, names, placeholders }) =>
      kind === observed.kind &&
      names.some((pattern) => fits(observed.name, pattern, placeholders, observed.attributes)),
  )
}

export function findLog({ logs }: Registry, message: string): LogEvent | undefined {
  const constant = logs.get(message)
  if (constant) return constant
  return logs
    .values()
    .find((log) => log.placeholders.size > 0 && fits(message, log.message, log.placeholders))
}

const part = /\{([^{}]+)\}/g

/** `['http.request.method', 'http.route']` */
export function partsOf(pattern: string): string[] {
  return [...pattern.matchAll(part)].map(([, name = '']) => name)
}

function fits(
  name: string,
  pattern: string,
  placeholders: ReadonlyMap<string, readonly string[]>,
  attributes: ReadonlyMap<string, unknown> = new Map(),
): boolean {
  const valuesOf = (key: string): readonly string[] => {
    const value = attributes.get(key)
    return placeholders.get(key) ?? (value === undefined ? [] : [String(value)])
  }
  // Every second piece is a part.
  const pieces = pattern.split(part).map((piece, index) => {
    return index % 2 === 0
      ? RegExp.escape(piece)
      : `(?:${valuesOf(piece).map(RegExp.escape).join('|')})`
  })
  if (partsOf(pattern).some((key) => valuesOf(key).length === 0)) return false
  return new RegExp(`^${pieces.join('')}$`).test(name)
}

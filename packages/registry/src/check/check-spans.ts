// Spans with their events and links against the registry.
import type { OtlpEvent, OtlpSpan } from '@throughline/trace-testing/receiver'
import { findSpans } from '../name-pattern.ts'
import type { Registry, Signal, Span, SpanKind } from '../registry.ts'
import { checkAttributes } from './check-attributes.ts'
import { checkEmitter } from './check-emitter.ts'
import type { Emitter, Findings, Problem } from './findings.ts'
import { findId, type KnownIds, maskIds } from './ids.ts'
import { readAttributes } from './typed-value.ts'

export interface SpanCheck {
  readonly registry: Registry
  readonly findings: Findings
  readonly knownIds: KnownIds
  readonly onSeen: (signal: Signal, emitter: Emitter) => void
}

/** As OTLP counts them; 0 is unspecified, which is to be taken for internal. */
const kinds: readonly SpanKind[] = [
  'internal',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
]

export function checkSpan(check: SpanCheck, span: OtlpSpan, emitter: Emitter): void {
  const { registry, findings, knownIds, onSeen } = check
  const name = span.name ?? ''
  const kind = kinds[span.kind ?? 0] ?? 'internal'
  const attributes = readAttributes(span.attributes)
  const values = new Map([...attributes].map(([key, { value }]) => [key, value]))

  const candidates = findSpans(registry, { name, kind, attributes: values })
  const declared = chooseDeclaration(candidates, emitter)
  const signal = `${kind} span ${maskIds(name)}`
  const add = (problem: Problem) => findings.add(emitter, signal, problem)

  if (declared === undefined) add(undeclared(name, kind, registry))
  else {
    onSeen(declared, emitter)
    for (const problem of checkEmitter(declared, emitter)) add(problem)
  }
  if (!declared?.names.includes(name)) for (const problem of checkName(name, knownIds)) add(problem)
  for (const problem of checkAttributes(attributes, declared?.attributes, registry)) add(problem)
  for (const event of span.events ?? []) checkEvent(check, event, declared, signal, emitter)
  for (const link of span.links ?? []) {
    const linked = readAttributes(link.attributes)
    for (const problem of checkAttributes(linked, undefined, registry)) add(problem)
  }
}

/** The same name may be declared for several libraries: it is that of the one who speaks, if there is one. */
function chooseDeclaration(candidates: readonly Span[], emitter: Emitter): Span | undefined {
  return (
    candidates.find((span) => checkEmitter(span, emitter).length === 0) ??
    candidates.find(({ emitters }) => emitters.includes(emitter.service)) ??
    candidates[0]
  )
}

function undeclared(name: string, kind: SpanKind, registry: Registry): Problem {
  const others = registry.spans.filter((span) => span.kind !== kind && span.names.includes(name))
  const [other] = others
  if (other) {
    return {
      kind: 'undeclared',
      problem: `is declared as ${others.map((span) => span.kind).join(' and ')}, not as ${kind}`,
      advice: `correct its kind here or at ${other.declaredAt}`,
      example: name,
    }
  }
  return {
    kind: 'undeclared',
    problem: 'no declared span has this name and kind',
    advice:
      'declare it in packages/registry/signals; if it is there, each {part} of its name must be the value of the ' +
      'attribute, or one of the placeholder',
    example: name,
  }
}

function* checkName(name: string, knownIds: KnownIds): Generator<Problem> {
  const id = findId(name) ?? knownIds.findIn(name)
  if (id === undefined) return
  yield {
    kind: 'id in name',
    problem: 'its name contains an id, so that there are as many names as things',
    advice: 'make the name a constant, and the id an attribute',
    example: name,
  }
}

function checkEvent(
  { registry, findings, onSeen }: SpanCheck,
  { name = '', attributes }: OtlpEvent,
  span: Span | undefined,
  onSpan: string,
  emitter: Emitter,
): void {
  const declared = registry.spanEvents.get(name)
  const add = (problem: Problem) =>
    findings.add(emitter, `event ${maskIds(name)} on ${onSpan}`, problem)
  if (declared === undefined) {
    add({
      kind: 'undeclared',
      problem: 'no declared event of spans has this name',
      advice: 'take it away, or declare it in packages/registry/signals',
      example: name,
    })
  } else {
    onSeen(declared, emitter)
    for (const problem of checkEmitter(declared, emitter)) add(problem)
  }
  if (declared && span && !span.events.includes(name)) {
    add({
      kind: 'undeclared',
      problem: 'the event is declared, but not on this span',
      advice: `add it to the events of the span at ${span.declaredAt}`,
    })
  }
  const values = readAttributes(attributes)
  for (const problem of checkAttributes(values, declared?.attributes, registry)) add(problem)
}

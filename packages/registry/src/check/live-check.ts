// Everything that processes send, held against the registry; and the registry against everything that was sent.
import type { Otlp, OtlpResource } from '@throughline/trace-testing/receiver'
import type { AttributeUse, Registry, Signal } from '../registry.ts'
import { signalsOf } from '../signals-of.ts'
import { checkAttributes } from './check-attributes.ts'
import { checkLog } from './check-logs.ts'
import { checkMetric } from './check-metrics.ts'
import { checkSpan } from './check-spans.ts'
import { type Emitter, type Finding, Findings } from './findings.ts'
import { KnownIds } from './ids.ts'
import { SeriesCount } from './series-count.ts'
import { readAttributes, type TypedValue } from './typed-value.ts'

export interface Seen {
  readonly spans: number
  readonly metrics: number
  readonly logs: number
  readonly services: readonly string[]
}

export interface LiveCheck {
  /** Whatever came: traces, metrics, logs. */
  take(otlp: Otlp): void
  /** By emitter and signal; those that were too many to keep are only counted. */
  findings(): { readonly list: readonly Finding[]; readonly omitted: number }
  /** Declared for a service and not seen from it, unless the declaration says why. */
  missing(): readonly Missing[]
  readonly seen: Seen
}

export interface Missing {
  readonly signal: Signal
  readonly services: readonly string[]
}

export function createLiveCheck(registry: Registry): LiveCheck {
  const findings = new Findings()
  const series = new SeriesCount()
  const knownIds = new KnownIds()
  const emitters = new Map<string, Set<string>>()
  const services = new Set<string>()
  const counts = { spans: 0, metrics: 0, logs: 0 }
  const ofResources = usesOfResources(registry)

  const onSeen = ({ id }: Signal, { service }: Emitter) => {
    emitters.set(id, (emitters.get(id) ?? new Set()).add(service))
  }
  const check = { registry, findings, series, knownIds, onSeen }

  const enter = (resource: OtlpResource | undefined) => {
    const attributes = readAttributes(resource?.attributes)
    const service = textOf(attributes, 'service.name') ?? 'unknown_service'
    services.add(service)
    for (const problem of checkAttributes(attributes, ofResources, registry)) {
      findings.add({ service, scope: '' }, 'resource', problem)
    }
    const process = textOf(attributes, 'service.instance.id') ?? textOf(attributes, 'process.pid')
    return { service, instance: process ?? '' }
  }

  return {
    take({ resourceSpans = [], resourceMetrics = [], resourceLogs = [] }) {
      for (const { resource, scopeSpans = [] } of resourceSpans) {
        const { service } = enter(resource)
        // Before any name is looked at: the span that has the id as an attribute ends after those below it.
        for (const { spans = [] } of scopeSpans) {
          for (const { attributes } of spans) knownIds.note(attributes)
        }
        for (const { scope, spans = [] } of scopeSpans) {
          counts.spans += spans.length
          for (const span of spans) checkSpan(check, span, { service, scope: scope?.name ?? '' })
        }
      }
      for (const { resource, scopeMetrics = [] } of resourceMetrics) {
        const { service, instance } = enter(resource)
        for (const { scope, metrics = [] } of scopeMetrics) {
          counts.metrics += metrics.length
          const emitter = { service, scope: scope?.name ?? '' }
          for (const metric of metrics) checkMetric(check, metric, emitter, instance)
        }
      }
      for (const { resource, scopeLogs = [] } of resourceLogs) {
        const { service } = enter(resource)
        for (const { scope, logRecords = [] } of scopeLogs) {
          counts.logs += logRecords.length
          for (const log of logRecords) checkLog(check, log, { service, scope: scope?.name ?? '' })
        }
      }
    },
    findings: () => ({ list: findings.toList(), omitted: findings.omitted }),
    missing: () =>
      signalsOf(registry).flatMap((signal) => {
        const services = signal.emitters.filter(
          (each) => !emitters.get(signal.id)?.has(each) && !mayBeUnseen(signal, each),
        )
        return services.length === 0 ? [] : { signal, services }
      }),
    get seen() {
      return { ...counts, services: [...services].sort() }
    },
  }
}

function mayBeUnseen({ unseen }: Signal, emitter: string): boolean {
  return typeof unseen === 'object' ? unseen[emitter] !== undefined : unseen !== undefined
}

/** Attributes of resources stand in the entities; which of them a process has is its own affair. */
function usesOfResources({ entities }: Registry): ReadonlyMap<string, AttributeUse> {
  return new Map(
    entities
      .flatMap(({ attributes }) => [...attributes])
      .map(([name, use]) => [name, { ...use, level: 'recommended' as const }]),
  )
}

function textOf(attributes: ReadonlyMap<string, TypedValue>, name: string): string | undefined {
  const value = attributes.get(name)?.value
  return value === undefined ? undefined : String(value)
}

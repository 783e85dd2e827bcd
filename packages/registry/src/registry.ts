// What every process may say, in memory: the files of `signals/` with their references resolved.

export interface Registry {
  /** By name. Those of the `registry.*` groups: on spans, metrics, span events and resources. */
  readonly attributes: ReadonlyMap<string, Attribute>
  readonly entities: readonly Entity[]
  readonly spans: readonly Span[]
  /** By the name that the instrument has in code: `throughline.task.duration`. */
  readonly metrics: ReadonlyMap<string, Metric>
  /** On spans, by name: `task completed`. */
  readonly spanEvents: ReadonlyMap<string, SpanEvent>
  /** By message. A record that fits none of them is undeclared. */
  readonly logs: ReadonlyMap<string, LogEvent>
  /** Log records that are known by the name of an event instead, and need no message. */
  readonly namedEvents: ReadonlyMap<string, NamedEvent>
}

export const valueTypes = [
  'string',
  'int',
  'double',
  'boolean',
  'string[]',
  'int[]',
  'double[]',
  'boolean[]',
  // Structured: maps and lists of them.
  'any',
] as const
export type ValueType = (typeof valueTypes)[number]

export const stabilities = ['stable', 'release_candidate', 'beta', 'alpha', 'development'] as const
export type Stability = (typeof stabilities)[number]

export interface Attribute {
  readonly name: string
  /** Of a closed set: the type of its values. */
  readonly type: ValueType
  /** The closed set: no other value may occur. */
  readonly values?: readonly (string | number)[]
  readonly brief: string
  readonly note?: string
  readonly examples: readonly (string | number | boolean)[]
  readonly stability: Stability
  /** The library whose own name it is: neither ours nor in the semantic conventions. */
  readonly library?: string
}

/** An attribute where it is used, which may be narrower than where it is defined. */
export interface AttributeUse {
  readonly attribute: Attribute
  readonly level: 'required' | 'conditionally_required' | 'recommended' | 'opt_in'
  /** When a `conditionally_required` one is there. */
  readonly condition?: string
  /** The closed set in this place: the attribute's own unless narrowed. */
  readonly values?: readonly (string | number)[]
  /** Of a label whose values look like ids: what there is one for, and so no more than of that. */
  readonly asFewAs?: string
}

export interface Signal {
  readonly id: string
  readonly brief: string
  readonly note?: string
  readonly stability: Stability
  /** By attribute name. */
  readonly attributes: ReadonlyMap<string, AttributeUse>
  /** The services that say it, by `service.name`. */
  readonly emitters: readonly string[]
  /** The library that says it for them; without one, it is our own code. */
  readonly library?: string
  /** Why a run of the whole system need not show it, or why by some of its emitters. */
  readonly unseen?: string | Readonly<Record<string, string>>
  /** What it is about: the name of its file. */
  readonly area: string
  /** Of which file and line, for messages. */
  readonly declaredAt: string
}

export const spanKinds = ['client', 'server', 'producer', 'consumer', 'internal'] as const
export type SpanKind = (typeof spanKinds)[number]

export interface Span extends Signal {
  readonly kind: SpanKind
  /** Constants, or patterns of attributes and placeholders: `{http.request.method} {http.route}`. */
  readonly names: readonly string[]
  /** What the parts of a name may be that are no attributes of the span: closed sets. */
  readonly placeholders: ReadonlyMap<string, readonly string[]>
  /** Names of the events that may be on it. */
  readonly events: readonly string[]
  /** What to type into the search field of lens, or Jaeger's of tags. */
  readonly query: string
}

export const instruments = ['counter', 'updowncounter', 'gauge', 'histogram'] as const
export type Instrument = (typeof instruments)[number]

export interface Metric extends Signal {
  readonly name: string
  readonly instrument: Instrument
  /** UCUM: `s`, `By`, `{task}`. */
  readonly unit: string
  /** Upper bounds of a histogram, ascending. */
  readonly buckets?: readonly number[]
  /** The most series that one process may make of it. */
  readonly maxSeries: number
  /** PromQL. */
  readonly query: string
}

export interface SpanEvent extends Signal {
  readonly name: string
}

export interface NamedEvent extends Signal {
  readonly name: string
}

export const severities = ['debug', 'info', 'warn', 'error'] as const
export type Severity = (typeof severities)[number]

/** A log record: a constant message, facts as fields. */
export interface LogEvent extends Signal {
  /** A constant, or a pattern of placeholders: `{part} works again`. */
  readonly message: string
  readonly placeholders: ReadonlyMap<string, readonly string[]>
  readonly severities: readonly Severity[]
}

/** Who is speaking: attributes of the resource. */
export interface Entity {
  readonly name: string
  readonly brief: string
  readonly attributes: ReadonlyMap<string, AttributeUse>
}

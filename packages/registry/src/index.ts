export { loadRegistry, signalsFolder } from './load-registry.ts'
export { findLog, findSpans, type ObservedSpan } from './name-pattern.ts'
export { seriesNames } from './prometheus.ts'
export { RegistryError } from './read-groups.ts'
export type {
  Attribute,
  AttributeUse,
  Entity,
  Instrument,
  LogEvent,
  Metric,
  Registry,
  Severity,
  Signal,
  Span,
  SpanEvent,
  SpanKind,
  Stability,
  ValueType,
} from './registry.ts'

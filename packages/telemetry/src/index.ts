export {
  activeTraceparent,
  baggageValue,
  type ContextCarrier,
  carrierOfActiveContext,
  contextFrom,
  linkTo,
} from './context-carrier.ts'
export {
  counter,
  gauge,
  type HistogramDefinition,
  histogram,
  type MetricDefinition,
  observableGauge,
  upDownCounter,
} from './instruments.ts'
export { createLogger, type LoggerSettings } from './logger.ts'
export { metrics } from './metric-definitions.ts'
export { attributes, conventions, events, labels, spans } from './names.ts'
export { shutdownTelemetry } from './shutdown.ts'
export { type SpanSettings, withoutTracing, withSpan } from './with-span.ts'

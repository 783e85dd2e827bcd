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
  type HistogramSettings,
  histogram,
  type InstrumentSettings,
  observableGauge,
  requestSecondsBuckets,
  upDownCounter,
} from './instruments.ts'
export { createLogger, type LoggerSettings } from './logger.ts'
export { attributes, events, labels, metrics, spans } from './names.ts'
export { genAi, genAiMetrics, rpc } from './semconv.ts'
export { shutdownTelemetry } from './shutdown.ts'
export { type SpanSettings, withoutTracing, withSpan } from './with-span.ts'

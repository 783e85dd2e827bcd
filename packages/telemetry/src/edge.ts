export { edgeServerOptions, withMalformedSpan } from './edge/early-refusals.ts'
export { type EdgeOptions, edgeTelemetry } from './edge/edge-telemetry.ts'
export { activeTraceId, activeTraceResponse } from './edge/trace-response.ts'

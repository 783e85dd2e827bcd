export { edgeServerOptions } from './edge/early-refusals.ts'
export { type EdgeOptions, edgeTelemetry } from './edge/edge-telemetry.ts'
export type { MalformedAnswer, MalformedRequests } from './edge/refuse-malformed.ts'
export { activeTraceId } from './edge/trace-response.ts'
